using FluentValidation;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>What a place costs for some days, and whether one is free.</summary>
internal static class QuoteBoost
{
    /// <param name="Kind"><c>product</c> or <c>profile</c>.</param>
    /// <param name="SubjectId">The product; missing for one's own profile.</param>
    /// <param name="Place">search, home (products) or people (profiles).</param>
    /// <param name="Days">1 to 30.</param>
    /// <param name="StartsAt">Within 30 days; missing: now, or as soon as the product is on sale.</param>
    /// <param name="ExpectedTotal">For who buys: what they were told that it costs; missing: whatever it costs.</param>
    public sealed record Request(string Kind, Guid? SubjectId, string Place, int Days, DateTimeOffset? StartsAt = null, Money? ExpectedTotal = null);

    /// <param name="Total">Taken from the wallet at once.</param>
    /// <param name="PerDay">On average.</param>
    /// <param name="Waits">It starts when the product comes on sale, within 30 days.</param>
    /// <param name="Free">How many such places nobody has for these days.</param>
    public sealed record Reply(string Kind, Guid SubjectId, string Place, int Days, DateTimeOffset StartsAt, DateTimeOffset EndsAt, bool Waits, Money Total, Money PerDay, int Free);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Kind).NotEmpty().OneOf<Request, BoostSubject>();
            RuleFor(r => r.Place).NotEmpty().MaximumLength(20);
            RuleFor(r => r.Days).InclusiveBetween(1, Boost.MostDays).WithErrorCode("days").WithMessage("A boost runs for 1 to 30 days.");
            RuleFor(r => r.SubjectId).NotEmpty().When(r => r.Kind == "product").WithErrorCode("not_empty").WithMessage("Choose a product.");
        }
    }

    /// <summary>Reads on a connection of its own.</summary>
    /// <exception cref="Refused">As <see cref="For"/>; 422 <c>invalid</c>.</exception>
    public static async Task<Reply> Handle(Request request, IValidator<Request> validator, Caller caller, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop)
    {
        validator.MustAccept(request);
        await using var connection = await source.OpenConnectionAsync(stop);
        return await For(request, caller, connection, false, clock.GetUtcNow());
    }

    /// <param name="hold">The place's row is locked until the transaction ends, so that no two take the last one.</param>
    /// <exception cref="Refused">404: not the caller's; 409 <c>not_on_sale</c>; 422 <c>boost_place_unknown</c>, <c>boost_not_priced</c>, <c>boost_start</c>.</exception>
    internal static async Task<Reply> For(Request request, Caller caller, NpgsqlConnection connection, bool hold, DateTimeOffset now)
    {
        var place = (await Command($"SELECT subject_kind, capacity FROM catalog.boost_places WHERE place = $1{(hold ? " FOR UPDATE" : "")}", request.Place).List(r => (Kind: r.GetString(0), Capacity: r.GetInt32(1)))).FirstOrDefault();
        if (place.Kind is null || place.Kind != request.Kind) throw new Refused("boost_place_unknown", 422, "There is no such place for this.");
        var thing = await Thing(request, caller, Command, now);
        var starts = request.StartsAt is { } wished && wished > now ? wished : now;
        if (starts > now + Boost.Patience) throw new Refused("boost_start", 422, "A boost starts within the next 30 days.");

        var perDay = (await Command(
            """
            SELECT per_day FROM catalog.boost_prices WHERE place = $1 AND category IN ($2, '') AND currency = $3 AND from_days <= $4
            ORDER BY category = '', from_days DESC LIMIT 1
            """, request.Place, thing.Category, thing.Currency, request.Days).List(r => r.GetDecimal(0))).FirstOrDefault();
        if (perDay == 0) throw new Refused("boost_not_priced", 422, "This place is not sold in the currency of your shop.");
        var taken = await Command("SELECT count(*)::int FROM catalog.boosts WHERE place = $1 AND state IN ('scheduled', 'active') AND starts_at < $3 AND ends_at > $2", request.Place, starts, starts.AddDays(request.Days)).Scalar<int>();
        var currency = Currency.Of(thing.Currency);
        return new Reply(
            request.Kind, thing.Id, request.Place, request.Days, starts, starts.AddDays(request.Days), !thing.OnSale || starts > now,
            new Money((long)Math.Round(perDay * request.Days, MidpointRounding.AwayFromZero), currency), new Money((long)Math.Round(perDay, MidpointRounding.AwayFromZero), currency), Math.Max(0, place.Capacity - taken));

        NpgsqlCommand Command(string sql, params object?[] parameters)
        {
            var command = new NpgsqlCommand(sql, connection);
            foreach (var value in parameters) command.Parameters.Add(Sql.Parameter(value));
            return command;
        }
    }

    // Whoever works on a shop's products may boost them, from a wallet of their own. What waits for a moderator, or for its shop to come back, may
    // wait with its boost; what is a draft, paused or gone may not.
    private static async Task<(Guid Id, string Category, string Currency, bool OnSale)> Thing(Request request, Caller caller, Func<string, object?[], NpgsqlCommand> command, DateTimeOffset now)
    {
        if (request.Kind == "profile")
        {
            var shop = await command("SELECT currency, withheld FROM catalog.shops WHERE owner_id = $1", [caller.Account]).List(r => (Currency: r.GetString(0), Withheld: r.GetBoolean(1)));
            if (shop is [{ Withheld: true }]) throw new Refused("not_on_sale", 409, "You cannot be found just now.");
            return (caller.Account, "", shop is [var one] ? one.Currency : ProductFilter.DefaultCurrency, true);
        }

        var found = await command(
            $"""
            SELECT p.category, p.currency, p.state, catalog.is_on_sale(p), {ShopVacation.Sql("$3")} IS TRUE
            FROM catalog.products p JOIN catalog.shops s ON s.id = p.shop_id WHERE p.id = $1 AND {ShopAccess.Sql("s", "$2", ShopPermission.Products)}
            """, [request.SubjectId, caller.Account, now])
            .List(r => (Category: r.GetString(0), Currency: r.GetString(1), State: r.GetString(2), OnSale: r.GetBoolean(3), Away: r.GetBoolean(4)));
        if (found is not [var product]) throw Refused.NotFound();
        if (!product.OnSale && product.State != "pending") throw new Refused("not_on_sale", 409, "This product is not on sale.");
        return (request.SubjectId!.Value, product.Category, product.Currency, product.OnSale && !product.Away);
    }
}
