using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Wallet;

/// <summary>Staff approves or rejects a payout. Above an amount two people approve it; nobody decides about their own.</summary>
internal static class ReviewPayout
{
    /// <param name="Reason">The person reads it.</param>
    public sealed record Rejection(string Reason);

    public sealed class Validator : AbstractValidator<Rejection>
    {
        public Validator() => RuleFor(r => r.Reason).Must(t => !string.IsNullOrWhiteSpace(t) && t.Length <= 1000).WithErrorCode("reason").WithMessage("Say why, in up to 1,000 characters. The person reads it.");
    }

    /// <exception cref="Refused">404; 403 <c>step_up_required</c>, <c>own_payout</c>; 409 <c>payout_state</c>, <c>second_person_needed</c>, <c>destination_not_verified</c>.</exception>
    public static async Task<PayoutView> Approve(Guid id, Caller caller, WalletDb db, UnitOfWork work, PayoutTerms terms, IAudit audit, TimeProvider clock)
    {
        var payout = await Reviewed(id, caller, db, clock);
        var state = await db.Destinations.Where(d => d.Id == payout.DestinationId && d.RemovedAt == null).Select(d => (DestinationState?)d.State).SingleOrDefaultAsync();
        if (state != DestinationState.Verified) throw new Refused("destination_not_verified", 409, "This destination is not verified yet.");
        var two = payout.Amount > terms.FourEyesAbove(payout.Amount.Currency) && await FourEyes.Are(work);
        var approved = payout.Approve(caller.Account, two, clock.GetUtcNow());
        await audit.Write(caller, approved ? "wallet.payout_approved" : "wallet.payout_approved_first", "payout", id, new { payout.Account, amount = payout.Minor, currency = payout.CurrencyCode });
        if (approved) work.Publish(payout.Told(PayoutStep.Approved));
        return await Payouts.View(payout, db);
    }

    /// <exception cref="Refused">404; 403 <c>step_up_required</c>, <c>own_payout</c>; 409 <c>payout_state</c>.</exception>
    public static async Task<PayoutView> Reject(Guid id, Rejection request, Caller caller, WalletDb db, UnitOfWork work, Ledger ledger, IAudit audit, TimeProvider clock)
    {
        var payout = await Reviewed(id, caller, db, clock);
        payout.Reject(caller.Account, request.Reason, clock.GetUtcNow());
        await ledger.Post(PayoutPostings.Back(payout, "payout_rejected"));
        await audit.Write(caller, "wallet.payout_rejected", "payout", id, new { payout.Account, request.Reason });
        work.Publish(payout.Told(PayoutStep.Rejected));
        return await Payouts.View(payout, db);
    }

    private static async Task<Payout> Reviewed(Guid id, Caller caller, WalletDb db, TimeProvider clock)
    {
        caller.MustHave(Rights.Finance);
        var payout = await Payouts.Locked(id, db) ?? throw Refused.NotFound();
        caller.MustBeFresh(clock);
        return payout;
    }
}

/// <summary>Whether two people approve what is large. The owner may switch it off where there is only one, and the audit log says so.</summary>
internal static class FourEyes
{
    public static async Task<bool> Are(UnitOfWork work) => await work.Command("SELECT four_eyes FROM wallet.payout_settings FOR SHARE").Scalar<bool>();

    /// <exception cref="Refused">403 <c>forbidden</c>, <c>step_up_required</c>.</exception>
    public static async Task Set(bool on, Caller caller, UnitOfWork work, IAudit audit, TimeProvider clock)
    {
        caller.MustHave(Rights.Owner);
        caller.MustBeFresh(clock);
        await work.Command("UPDATE wallet.payout_settings SET four_eyes = $1, changed_by = $2, changed_at = $3", on, caller.Account, clock.GetUtcNow()).Execute();
        await audit.Write(caller, on ? "wallet.four_eyes_on" : "wallet.four_eyes_off", "account", caller.Account);
    }
}
