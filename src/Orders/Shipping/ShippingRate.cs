using Marketplace.Catalog;
using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>What a shop asks for sending a parcel to a country, up to a weight.</summary>
internal sealed class ShippingRate
{
    private ShippingRate()
    {
    }

    public ShippingRate(Guid shop, SaveShipping.Rate rate, Currency currency, TimeProvider clock)
    {
        (Id, Shop, Country, MaxGrams) = (Ids.New(clock), shop, rate.Country ?? "", rate.MaxGrams);
        (Price, FreeFrom, Currency) = (rate.Price.Minor, rate.FreeFrom?.Minor, currency.Code);
    }

    public Guid Id { get; private set; }

    public Guid Shop { get; private set; }

    /// <summary>Two letters; empty: every country that has no rate of its own.</summary>
    public string Country { get; private set; } = "";

    /// <summary>Null: whatever it weighs.</summary>
    public int? MaxGrams { get; private set; }

    public long Price { get; private set; }

    /// <summary>What is in the parcel costs so much or more: then it is sent for nothing.</summary>
    public long? FreeFrom { get; private set; }

    public string Currency { get; private set; } = "";
}

/// <summary>One shop's parcel of an order.</summary>
/// <param name="Value">What its products cost, discounts taken off.</param>
internal sealed record Parcel(Guid Shop, int Grams, Money Value);

/// <summary>A parcel's price; without one, why it cannot be sent.</summary>
/// <param name="Rate">By which; null when sending costs nothing.</param>
internal sealed record ShippingCost(Guid Shop, Money? Price, Guid? Rate, CartProblem? Problem)
{
    public static readonly CartProblem
        NotThere = new("not_sent_there", "The shop does not send to this country."),
        TooHeavy = new("too_heavy_to_send", "Together this is too heavy for one parcel. Order less at once.");

    /// <param name="rates">All that the shop has: none means that it sends for nothing, to everywhere.</param>
    public static ShippingCost Of(Parcel parcel, IReadOnlyCollection<ShippingRate> rates, string country)
    {
        var usable = rates.Where(r => r.Currency == parcel.Value.Currency.Code).ToList();
        var there = usable.Where(r => r.Country == country).ToList();
        if (there.Count == 0) there = usable.Where(r => r.Country.Length == 0).ToList();
        if (there.Count == 0) return rates.Count == 0 ? Free(parcel) : new ShippingCost(parcel.Shop, null, null, NotThere);

        var rate = there.Where(r => r.MaxGrams is null || r.MaxGrams >= parcel.Grams).OrderBy(r => r.MaxGrams ?? int.MaxValue).FirstOrDefault();
        return rate is null ? new ShippingCost(parcel.Shop, null, null, TooHeavy)
            : rate.Price == 0 || rate.FreeFrom <= parcel.Value.Minor ? Free(parcel)
            : new ShippingCost(parcel.Shop, parcel.Value with { Minor = rate.Price }, rate.Id, null);
    }

    private static ShippingCost Free(Parcel parcel) => new(parcel.Shop, Money.Zero(parcel.Value.Currency), null, null);
}
