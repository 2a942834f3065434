using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Marketplace.Wallet;

/// <summary>
/// Asks the provider about an open payment and applies what it says: the call first, holding nothing, then one transaction.
/// Two that do it at once get the same answer from the provider, and only the first of them finds the payment still open.
/// </summary>
internal sealed class SubmitPayment(
    WalletDb db, UnitOfWork work, Writes writes, Ledger ledger, IEnumerable<IPaymentProvider> providers, SavedMethods saved, Faults faults, TimeProvider clock, ILogger<SubmitPayment> log)
{
    /// <exception cref="Refused">404 when there is no such payment.</exception>
    public async Task<Payment> Handle(Guid payment, CancellationToken stop = default)
    {
        work.AssertClosed();
        var charge = await db.Charges.AsNoTracking().SingleOrDefaultAsync(c => c.Id == payment, stop) ?? throw Refused.NotFound();
        if (!charge.IsOpen) return charge.ToPayment();

        var outcome = await Ask(charge, stop);
        faults.Pass(Faults.AfterProviderCall);
        return await writes.Run(() => Apply(payment, outcome));
    }

    private async Task<Outcome> Ask(Charge charge, CancellationToken stop)
    {
        try
        {
            var provider = providers.Single(p => p.Key == charge.Provider);
            switch (charge.State)
            {
                case PaymentState.Authorised:
                    return await (charge.Decision switch
                    {
                        PaymentDecision.Take => provider.Capture(charge, stop),
                        PaymentDecision.GiveUp => provider.Cancel(charge, stop),
                        _ => charge.AuthorisedUntil <= clock.GetUtcNow() ? provider.Cancel(charge, stop) : provider.Fetch(charge, stop),
                    });
                case PaymentState.NeedsAction:
                    return await (charge.ActionUntil <= clock.GetUtcNow() ? provider.Cancel(charge, stop) : provider.Fetch(charge, stop));
                default:
                    if (charge.SavedMethodId is { } kept)
                    {
                        if (await saved.Token(kept, charge.PayerId, stop) is not { } token) return new Outcome.Declined("payment_method_gone");
                        charge.Lend(token);
                    }

                    return await provider.Create(charge, stop);
            }
        }
        catch (Exception error) when (!stop.IsCancellationRequested)
        {
            // Whatever went wrong, the money may have moved: unknown is the only true word.
            log.LogWarning(error, "{Provider} did not answer for payment {Payment}", charge.Provider, charge.Id);
            return new Outcome.Unknown();
        }
    }

    private async Task<Payment> Apply(Guid payment, Outcome outcome)
    {
        // Read under its lock, never from what an earlier step of this request remembers.
        db.ChangeTracker.Clear();
        var charge = (await db.Charges.FromSql($"SELECT * FROM wallet.payments WHERE id = {payment} FOR UPDATE").ToListAsync()).Single();
        if (!charge.IsOpen)
        {
            if (charge.State == PaymentState.Failed && outcome is Outcome.Captured)
                log.LogCritical("Payment {Payment} was captured by {Provider} after it had failed here", charge.Id, charge.Provider);
            return charge.ToPayment();
        }

        var now = clock.GetUtcNow();
        switch (outcome)
        {
            case Outcome.Captured captured:
                charge.Capture(captured.Reference, captured.Fee, now);
                await ledger.Post(captured.Fee is { } fee ? [Capture(charge), LearnFees.Posting(charge, fee)] : [Capture(charge)]);
                if (charge.SaveMethod && captured.Kept is { } kept) await saved.Keep(charge, kept);
                work.Publish(new PaymentCaptured(charge.Id, charge.Purpose, charge.SubjectId, charge.Amount) { Reviewed = charge.Decision is not null });
                break;
            case Outcome.Authorised when charge.Decision is not null:
                charge.LoseSight(now);    // not carried out yet
                break;
            case Outcome.Authorised authorised:
                var first = charge.State != PaymentState.Authorised;
                charge.Authorise(authorised.Reference, authorised.Until, now);
                if (first) work.Publish(new PaymentAuthorised(charge.Id, charge.Purpose, charge.SubjectId, charge.PayerId, charge.Amount, charge.AuthorisedUntil!.Value));
                break;
            case Outcome.Declined declined:
                // What was held and is given up was not declined by anybody.
                charge.Fail(charge.State == PaymentState.Authorised ? "payment_voided" : declined.Code, now);
                await ledger.Post(Unfund(charge));
                work.Publish(new PaymentFailed(charge.Id, charge.Purpose, charge.SubjectId, charge.PayerId, charge.Amount, charge.FailureCode!) { OffSession = charge.OffSession });
                break;
            case Outcome.NeedsAction action:
                charge.AskPayer(action.Url, action.Reference, now);
                break;
            default:
                charge.LoseSight(now);
                break;
        }

        return charge.ToPayment();
    }

    // Without a part of the wallet it has no legs, and is none.
    private static Posting Unfund(Charge charge) => new(
        $"unfund:{charge.Id}", "unfund", charge.SubjectId, Account.OrderFunding(charge.SubjectId).Minus(charge.FromWallet), Account.Available(charge.PayerId).Plus(charge.FromWallet));

    private static Posting Capture(Charge charge) => charge.Purpose == Charge.ForOrder
        ? new Posting($"capture:{charge.Id}", "capture", charge.SubjectId,
            Account.Clearing(charge.Provider).Minus(charge.Amount), Account.OrderFunding(charge.SubjectId).Plus(charge.Amount))
        : new Posting($"capture:{charge.Id}", "topup", charge.Id,
            Account.Clearing(charge.Provider).Minus(charge.Amount), Account.Available(charge.PayerId).Plus(charge.Amount));
}
