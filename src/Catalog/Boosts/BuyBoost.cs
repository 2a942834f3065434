using Marketplace.Kernel;
using Marketplace.Wallet;

namespace Marketplace.Catalog;

/// <summary>Pays for a place from the wallet. It starts at once, at the wished time, or when its product comes on sale.</summary>
internal static class BuyBoost
{
    /// <exception cref="Refused">As <see cref="QuoteBoost.For"/>; 409 <c>place_full</c>, <c>already_boosted</c>, <c>price_changed</c>, <c>insufficient_funds</c>.</exception>
    public static async Task<BoostView> Handle(QuoteBoost.Request request, Caller caller, CatalogDb db, UnitOfWork work, IWallet wallet, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var quote = await QuoteBoost.For(request, caller, work.Connection, true, now);
        if (quote.Free == 0) throw new Refused("place_full", 409, "All these places are taken for those days. Choose other days or another place.");
        if (request.ExpectedTotal is { } told && told != quote.Total) throw new Refused("price_changed", 409, "The price has changed meanwhile. Look at it again.");

        var boost = Boost.Ask(
            Ids.New(clock), Ids.New(clock), caller.Account, quote.Kind == "profile" ? BoostSubject.Profile : BoostSubject.Product, quote.SubjectId, quote.Place, quote.Days, quote.Total, quote.StartsAt, now);
        if (!quote.Waits) boost.Start(boost.DeferralId, now);
        db.Add(boost);
        await work.Flush(("boosts_once", new Refused("already_boosted", 409, "This has a boost at this place already.")));
        await wallet.Defer(boost.Deferral);
        if (boost.State == BoostState.Active) work.Publish(BoostStarted.Of(boost));
        return BoostView.Of(boost);
    }
}

/// <param name="Paid">At the beginning; of it <paramref name="Refunded"/> came back.</param>
/// <param name="EndReason">A code of the market's own, or what staff wrote.</param>
internal sealed record BoostView(
    Guid Id, BoostSubject Kind, Guid SubjectId, string Place, int Days, BoostState State, Money Paid, Money Refunded, DateTimeOffset AskedAt, DateTimeOffset StartsAt, DateTimeOffset EndsAt,
    DateTimeOffset? EndedAt, string? EndReason)
{
    public static BoostView Of(Boost b) =>
        new(b.Id, b.SubjectKind, b.SubjectId, b.Place, b.Days, b.State, b.Paid, new Money(b.Refunded, b.Currency), b.AskedAt, b.StartsAt, b.EndsAt, b.EndedAt, b.EndReason);
}
