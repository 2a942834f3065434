using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>
/// What a provider really took for a payment is often known only later: asked until it is told, then booked once. What sellers
/// paid was fixed at the sale and stays; the difference is the market's.
/// </summary>
internal sealed class LearnFees(
    NpgsqlDataSource source, WalletDb db, Writes writes, Ledger ledger, IEnumerable<IPaymentProvider> providers, ILogger<LearnFees> log) : IJob
{
    private const int AtOnce = 100;

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var due = await source.Command(
            """
            UPDATE wallet.payments SET fee_check_at = $2
            WHERE id IN (SELECT id FROM wallet.payments WHERE fee_check_at <= $1 ORDER BY fee_check_at LIMIT $3 FOR UPDATE SKIP LOCKED)
            RETURNING id
            """,
            now, now + Charge.FeeWait, AtOnce).List(r => r.GetGuid(0), stop);
        foreach (var payment in due)
        {
            try
            {
                var charge = await db.Charges.AsNoTracking().SingleAsync(c => c.Id == payment, stop);
                if (await providers.Single(p => p.Key == charge.Provider).Fetch(charge, stop) is Outcome.Captured { Fee: { } fee })
                    await writes.Run(() => Book(payment, fee));
            }
            catch (Exception error) when (error is not Faults.Crash && !stop.IsCancellationRequested)
            {
                log.LogError(error, "The fee of payment {Payment} could not be learnt; it is asked again", payment);
            }
        }
    }

    /// <summary>The posting of a fee that is known.</summary>
    public static Posting Posting(Charge charge, Money fee) => new($"psp_fee:{charge.Id}", "psp_fee", charge.Purpose == Charge.ForOrder ? charge.SubjectId : charge.Id,
        Account.Clearing(charge.Provider).Plus(fee), Account.Processing.Minus(fee));

    private async Task Book(Guid payment, Money fee)
    {
        db.ChangeTracker.Clear();
        var charge = (await db.Charges.FromSql($"SELECT * FROM wallet.payments WHERE id = {payment} FOR UPDATE").ToListAsync()).Single();
        if (charge.Fee is not null) return;
        charge.LearnFee(fee);
        await ledger.Post(Posting(charge, fee));
    }
}
