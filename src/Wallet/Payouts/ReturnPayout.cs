using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;

namespace Marketplace.Wallet;

/// <summary>
/// A payout had arrived, and its bank sent it back, perhaps weeks later: staff says so with the bank's paper. The person has it all again,
/// with the fee. What a provider tells by itself needs nobody: <see cref="SendPayout"/>.
/// </summary>
internal static class ReturnPayout
{
    /// <param name="Reason">The person reads it.</param>
    public sealed record Request(string Reason);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Reason).Must(t => !string.IsNullOrWhiteSpace(t) && t.Length <= 1000).WithErrorCode("reason").WithMessage("Say why, in up to 1,000 characters. The person reads it.");
    }

    /// <summary>In steps: the file first, then the transaction that names it.</summary>
    /// <exception cref="Refused">404; 403 <c>own_payout</c>, <c>step_up_required</c>; 409 <c>payout_state</c>; 413, 422 for the file.</exception>
    public static async Task<PayoutView> Handle(
        Guid id, Request request, IncomingFile proof, Caller caller, IEnumerable<IPayoutProvider> providers, WalletDb db, UnitOfWork work, Writes writes, Ledger ledger, Blobs blobs, IAudit audit, TimeProvider clock, CancellationToken stop)
    {
        new Validator().MustAccept(request);
        CardNumber.Refuse(request.Reason);    // a form with a file passes the guard unread
        await writes.Run(async () => (await PayByHand.Seen(id, caller, db, clock)).MustBePaid());
        var blob = await PayByHand.Store(proof, blobs, stop);
        return await writes.Run(async () =>
        {
            db.ChangeTracker.Clear();
            var payout = await PayByHand.Seen(id, caller, db, clock);
            payout.Return(request.Reason, blob, clock.GetUtcNow());
            await blobs.Keep(blob.Key);
            await ledger.Post(PayoutPostings.Returned(payout, providers.Single(p => p.Key == payout.Way).Source));
            await audit.Write(caller, "wallet.payout_returned", "payout", id, new { payout.Account, request.Reason, proof = Convert.ToHexStringLower(blob.Sha256) });
            work.Publish(payout.Told(PayoutStep.Returned));
            return await Payouts.View(payout, db);
        });
    }
}
