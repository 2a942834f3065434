using FluentValidation;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Orders;

/// <summary>What a shop asks for sending: the whole table at once.</summary>
internal static class SaveShipping
{
    private const int Most = 200;

    /// <param name="Rates">None: the shop sends for nothing, to everywhere.</param>
    public sealed record Request(IReadOnlyList<Rate> Rates);

    /// <param name="Country">Two letters; null: every country that has no rate of its own.</param>
    /// <param name="MaxGrams">Up to this weight; null: whatever it weighs.</param>
    /// <param name="FreeFrom">For nothing when the products of the parcel cost so much.</param>
    public sealed record Rate(Money Price, string? Country = null, int? MaxGrams = null, Money? FreeFrom = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Rates).NotNull().Must(r => r is null || r.Count <= Most).WithErrorCode("too_many").WithMessage("At most 200 rates.")
                .Must(r => r is null || r.Where(i => i is not null).Select(i => (i.Country, i.MaxGrams)).Distinct().Count() == r.Count).WithErrorCode("twice").WithMessage("There are two rates for one country and weight.");
            RuleForEach(r => r.Rates).NotNull().ChildRules(rate =>
            {
                rate.RuleFor(r => r.MaxGrams).InclusiveBetween(1, 1_000_000).WithMessage("A whole number of grams, 1 to 1,000,000.");
                rate.RuleFor(r => r.Price).Must(p => p.Minor is >= 0 and <= 100_000_000).WithErrorCode("out_of_range").WithMessage("An amount is not negative.");
                rate.RuleFor(r => r.FreeFrom).Must(f => f is null or { Minor: > 0 }).WithErrorCode("out_of_range").WithMessage("Say from which sum on, or leave it empty.");
            });
        }
    }

    /// <exception cref="Refused">404: not a shop in which the caller may do this; 422.</exception>
    public static async Task<ShippingReply> Handle(Guid shop, Request request, Caller caller, ICatalog catalog, IUsers users, OrdersDb db, UnitOfWork work, TimeProvider clock)
    {
        var place = await Place(shop, caller, catalog);
        var countries = users.Countries.Select(c => c.Code).ToHashSet(StringComparer.Ordinal);
        var errors = request.Rates.SelectMany((r, i) => Wrong(r, i, place.Currency, countries)).ToArray();
        if (errors.Length > 0) throw Refused.Invalid(errors);

        // Two at once: the second takes the place of the first.
        await work.Command("SELECT pg_advisory_xact_lock(hashtextextended('orders.shipping ' || $1::uuid, 0))", shop).Execute();
        await work.Command("DELETE FROM orders.shipping_rates WHERE shop = $1", shop).Execute();
        var rates = request.Rates.Select(r => new ShippingRate(shop, r, place.Currency, clock)).ToList();
        db.ShippingRates.AddRange(rates);
        return ShippingReply.Of(rates);
    }

    /// <exception cref="Refused">404.</exception>
    public static async Task<ShippingReply> Read(Guid shop, Caller caller, ICatalog catalog, OrdersDb db, CancellationToken stop)
    {
        await Place(shop, caller, catalog);
        return ShippingReply.Of(await db.ShippingRates.AsNoTracking().Where(r => r.Shop == shop).ToListAsync(stop));
    }

    private static async Task<ShopLine> Place(Guid shop, Caller caller, ICatalog catalog) =>
        (await catalog.ShopsOf(caller.Account, ShopPermission.Products)).FirstOrDefault(s => s.Id == shop) ?? throw Refused.NotFound();

    private static IEnumerable<FieldError> Wrong(Rate rate, int at, Currency currency, HashSet<string> countries)
    {
        if (rate.Country is not null && !countries.Contains(rate.Country)) yield return new FieldError($"/rates/{at}/country", "country", "There is no such country.");
        if (rate.Price.Currency != currency) yield return new FieldError($"/rates/{at}/price", "currency", "Use the currency of the shop.");
        if (rate.FreeFrom is { } free && free.Currency != currency) yield return new FieldError($"/rates/{at}/free_from", "currency", "Use the currency of the shop.");
    }
}

/// <summary>A shop's table, by country and weight.</summary>
internal sealed record ShippingReply(IReadOnlyList<SaveShipping.Rate> Rates)
{
    public static ShippingReply Of(IEnumerable<ShippingRate> rates) => new(rates.OrderBy(r => r.Country.Length == 0).ThenBy(r => r.Country, StringComparer.Ordinal).ThenBy(r => r.MaxGrams ?? int.MaxValue)
        .Select(r => new SaveShipping.Rate(Money.Of(r.Price, r.Currency), r.Country.Length == 0 ? null : r.Country, r.MaxGrams, r.FreeFrom is { } free ? Money.Of(free, r.Currency) : null)).ToList());
}
