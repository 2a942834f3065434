using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Catalog;

/// <summary>Its owner cancels a boost, or staff stops it: the days that have not begun are paid back at once.</summary>
internal static class EndBoost
{
    /// <param name="Reason">Its owner reads it.</param>
    public sealed record StopRequest(string Reason);

    public sealed class StopValidator : AbstractValidator<StopRequest>
    {
        public StopValidator() => RuleFor(r => r.Reason).Must(r => !string.IsNullOrWhiteSpace(r)).WithErrorCode("not_empty").WithMessage("Say why. Its owner reads this.")
            .Must(r => r is null || r.Length <= 500).WithErrorCode("too_long").WithMessage("Write up to 500 characters.").Sound();
    }

    /// <exception cref="Refused">404; 409 <c>boost_ended</c>.</exception>
    public static async Task<BoostView> Cancel(Guid id, Caller caller, CatalogDb db, UnitOfWork work, IWallet wallet, TimeProvider clock)
    {
        var boost = await Locked(id, db);
        if (boost?.OwnerId != caller.Account) throw Refused.NotFound();
        await Handle(boost, BoostState.Cancelled, null, null, work, wallet, clock.GetUtcNow());
        return BoostView.Of(boost);
    }

    /// <exception cref="Refused">404; 403 <c>own_boost</c>; 409 <c>boost_ended</c>.</exception>
    public static async Task<BoostView> Stop(Guid id, StopRequest request, Caller caller, CatalogDb db, UnitOfWork work, IWallet wallet, IAudit audit, TimeProvider clock)
    {
        caller.MustHave(Rights.Moderation);
        var boost = await Locked(id, db) ?? throw Refused.NotFound();
        if (boost.OwnerId == caller.Account) throw new Refused("own_boost", 403, "Cancel your own boost where you sell.");
        var back = await Handle(boost, BoostState.Stopped, Words.Text(request.Reason), caller.Account, work, wallet, clock.GetUtcNow());
        await audit.Write(caller, "catalog.boost_stopped", "boost", boost.Id, new { reason = boost.EndReason, refunded = back.Minor, currency = back.Currency.Code });
        return BoostView.Of(boost);
    }

    /// <summary>For whoever holds the boost's lock.</summary>
    /// <exception cref="Refused">409 <c>boost_ended</c>.</exception>
    public static async Task<Money> Handle(Boost boost, BoostState state, string? reason, Guid? by, UnitOfWork work, IWallet wallet, DateTimeOffset now)
    {
        if (!boost.IsOpen) throw new Refused("boost_ended", 409, "This boost has ended already.");
        var back = await wallet.StopDeferring(boost.DeferralId, boost.State == BoostState.Scheduled ? now : boost.EarnedUntil(now));
        boost.End(state, reason, by, back, now);
        work.Publish(BoostEnded.Of(boost));
        return back;
    }

    /// <summary>A boost, locked until the transaction ends.</summary>
    public static Task<Boost?> Locked(Guid id, CatalogDb db) => db.Boosts.FromSql($"SELECT * FROM catalog.boosts WHERE id = {id} FOR UPDATE").FirstOrDefaultAsync();
}
