using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Wallet;

/// <summary>
/// What a provider really took for a payment is often known only later: asked until it is told, then booked once. What sellers
/// paid was fixed at the sale and stays; the difference is the market's.
/// </summary>
internal sealed class LearnFees(DueRows due, WalletDb db, Writes writes, Ledger ledger, IEnumerable<IPaymentProvider> providers) : IJob
{
    public Task Handle(DateTimeOffset now, CancellationToken stop) => due.Each("wallet.payments", "fee_check_at", now, Charge.FeeWait, payment => Ask(payment, stop), stop);

    /// <summary>The posting of a fee that is known.</summary>
    public static Posting Posting(Charge charge, Money fee) => new($"psp_fee:{charge.Id}", "psp_fee", charge.Purpose == Charge.ForOrder ? charge.SubjectId : charge.Id,
        Account.Clearing(charge.Provider).Plus(fee), Account.Processing.Minus(fee));

    private async Task Ask(Guid payment, CancellationToken stop)
    {
        var charge = await db.Charges.AsNoTracking().SingleAsync(c => c.Id == payment, stop);
        if (await providers.Single(p => p.Key == charge.Provider).Fetch(charge, stop) is Outcome.Captured { Fee: { } fee })
            await writes.Run(() => Book(payment, fee));
    }

    private async Task Book(Guid payment, Money fee)
    {
        db.ChangeTracker.Clear();
        var charge = (await db.Charges.FromSql($"SELECT * FROM wallet.payments WHERE id = {payment} FOR UPDATE").ToListAsync()).Single();
        if (charge.Fee is not null) return;
        charge.LearnFee(fee);
        await ledger.Post(Posting(charge, fee));
    }
}
