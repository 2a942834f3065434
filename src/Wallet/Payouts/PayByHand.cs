using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;

namespace Marketplace.Wallet;

/// <summary>What became of a payment that went to the bank in a file: it arrived, and a paper shows it; or it came back.</summary>
internal static class PayByHand
{
    public const long ProofLimit = 10_000_000;

    private static readonly IReadOnlyList<FileFormat> Formats = [Pdf.Format, Png.Format, Jpeg.Format];

    /// <param name="Reason">The person reads it.</param>
    public sealed record Failure(string Reason);

    public sealed class Validator : AbstractValidator<Failure>
    {
        public Validator() => RuleFor(r => r.Reason).Must(t => !string.IsNullOrWhiteSpace(t) && t.Length <= 1000).WithErrorCode("reason").WithMessage("Say why, in up to 1,000 characters. The person reads it.");
    }

    /// <summary>In steps: the file first, then the transaction that names it.</summary>
    /// <exception cref="Refused">404; 403 <c>own_payout</c>, <c>step_up_required</c>; 409 <c>payout_state</c>, <c>payout_not_by_hand</c>; 413, 422 for the file.</exception>
    public static async Task<PayoutView> Paid(Guid id, IncomingFile proof, Caller caller, WalletDb db, UnitOfWork work, Writes writes, Ledger ledger, Blobs blobs, IAudit audit, TimeProvider clock, CancellationToken stop)
    {
        // Nothing is stored for somebody who may not, or of a payout that is not there.
        await writes.Run(async () => (await Seen(id, caller, db, clock)).MustBeByHand());
        var blob = await Store(proof, blobs, stop);
        return await writes.Run(async () =>
        {
            db.ChangeTracker.Clear();
            var payout = await Seen(id, caller, db, clock);
            payout.Arrive(blob, clock.GetUtcNow());
            await blobs.Keep(blob.Key);
            await ledger.Post(PayoutPostings.Paid(payout, Account.Bank));
            await audit.Write(caller, "wallet.payout_paid", "payout", id, new { payout.Account, proof = Convert.ToHexStringLower(blob.Sha256) });
            work.Publish(payout.Told(PayoutStep.Paid));
            return await Payouts.View(payout, db);
        });
    }

    /// <exception cref="Refused">404; 403 <c>own_payout</c>, <c>step_up_required</c>; 409 <c>payout_state</c>, <c>payout_not_by_hand</c>.</exception>
    public static async Task<PayoutView> Failed(Guid id, Failure request, Caller caller, WalletDb db, UnitOfWork work, Ledger ledger, IAudit audit, TimeProvider clock)
    {
        var payout = await Seen(id, caller, db, clock);
        payout.ComeBack(request.Reason, clock.GetUtcNow());
        await ledger.Post(PayoutPostings.Failed(payout));
        await audit.Write(caller, "wallet.payout_failed", "payout", id, new { payout.Account, request.Reason });
        work.Publish(payout.Told(PayoutStep.Failed));
        return await Payouts.View(payout, db);
    }

    /// <summary>A PDF, PNG or JPEG that shows what the bank did.</summary>
    public static async Task<Blob> Store(IncomingFile proof, Blobs blobs, CancellationToken stop)
    {
        var (format, _) = Uploads.FormatOf(proof.FileName, "proof", Formats);
        var blob = await Uploads.Stage(proof.Content, format, ProofLimit, blobs, stop);
        await using var staged = blobs.Open(blob.Key);
        await format.Examine(staged, stop);
        return blob;
    }

    /// <summary>Locked, for somebody who may decide about it.</summary>
    public static async Task<Payout> Seen(Guid id, Caller caller, WalletDb db, TimeProvider clock)
    {
        caller.MustHave(Rights.Finance);
        var payout = await Payouts.Locked(id, db) ?? throw Refused.NotFound();
        if (payout.Account == caller.Account) throw new Refused("own_payout", 403, "Nobody decides about their own payout.");
        caller.MustBeFresh(clock);
        return payout;
    }
}
