using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Marketplace.Wallet;

/// <summary>
/// Asks the provider to give money back and applies what it says: the call first, holding nothing, with the refund's id as its key;
/// then one transaction. What the card does not take goes into the payer's wallet.
/// </summary>
internal sealed class SubmitRefund(
    WalletDb db, UnitOfWork work, Writes writes, Ledger ledger, IEnumerable<IPaymentProvider> providers, Faults faults, TimeProvider clock, ILogger<SubmitRefund> log)
{
    public async Task Handle(Guid id, CancellationToken stop = default)
    {
        work.AssertClosed();
        var asked = await db.PaymentRefunds.AsNoTracking().Where(r => r.Id == id).Join(db.Charges, r => r.PaymentId, c => c.Id, (r, c) => new { Refund = r, Charge = c }).SingleOrDefaultAsync(stop);
        if (asked is null || !asked.Refund.IsOpen) return;

        var outcome = await Ask(asked.Charge, asked.Refund, stop);
        faults.Pass(Faults.AfterProviderCall);
        await writes.Run(() => Apply(asked.Charge, id, outcome));
    }

    private async Task<RefundOutcome> Ask(Charge charge, PaymentRefund refund, CancellationToken stop)
    {
        try
        {
            return await providers.Single(p => p.Key == charge.Provider).Refund(charge, refund, stop);
        }
        catch (Exception error) when (!stop.IsCancellationRequested)
        {
            log.LogWarning(error, "{Provider} did not answer for refund {Refund}", charge.Provider, refund.Id);
            return new RefundOutcome.Unknown();
        }
    }

    private async Task Apply(Charge charge, Guid id, RefundOutcome outcome)
    {
        db.ChangeTracker.Clear();
        var refund = (await db.PaymentRefunds.FromSql($"SELECT * FROM wallet.payment_refunds WHERE id = {id} FOR UPDATE").ToListAsync()).Single();
        if (!refund.IsOpen) return;

        var now = clock.GetUtcNow();
        switch (outcome)
        {
            case RefundOutcome.Done done:
                refund.Settle(done.Reference, now);
                await ledger.Post(RefundSales.Settled(refund.Id, charge.SubjectId, refund.Amount, Account.Clearing(charge.Provider)));
                break;
            case RefundOutcome.Declined declined:
                refund.Fail(declined.Code, now);
                await ledger.Post(RefundSales.Settled(refund.Id, charge.SubjectId, refund.Amount, Account.Available(charge.PayerId)));
                break;
            default:
                refund.LoseSight(now);
                break;
        }
    }
}
