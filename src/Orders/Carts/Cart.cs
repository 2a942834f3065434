using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>What somebody means to buy: an account's, or a guest's behind a cookie.</summary>
internal sealed class Cart
{
    /// <summary>One payment settles it all in one posting, so it has an end.</summary>
    public const int MaxItems = 50;

    /// <summary>Of one thing; more is a matter for the shop.</summary>
    public const int MaxUnits = 99;

    private Cart()
    {
    }

    public Guid Id { get; private set; }

    public Guid? Owner { get; private set; }

    public byte[]? TokenHash { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>As it was typed, in capitals; whether it counts is asked when the cart is read and when it is paid.</summary>
    public string? CouponCode { get; private set; }

    /// <summary>When its owner was reminded of it: once a cart, and at most once a month.</summary>
    public DateTimeOffset? RemindedAt { get; private set; }

    /// <summary>When it was last looked at for that.</summary>
    public DateTimeOffset? LookedAt { get; private set; }

    public List<CartItem> Items { get; private set; } = [];

    /// <summary>What is here already is the number that is asked for now, and its price as seen now.</summary>
    /// <exception cref="Refused">409 <c>cart_full</c>.</exception>
    /// <param name="named">The buyer has named this price themselves.</param>
    public void Add(Guid offer, Money price, bool named, int units, TimeProvider clock)
    {
        ChangedAt = clock.GetUtcNow();
        // What was bought or emptied since begins anew.
        if (Items.Count == 0 && RemindedAt < ChangedAt - RemindCarts.Until) RemindedAt = null;
        if (Items.Find(i => i.OfferId == offer) is { } there)
        {
            there.Saw(price, named);
            there.Units = units;
            return;
        }

        if (Items.Count >= MaxItems) throw new Refused("cart_full", 409, "The cart is full. Check out first, then go on.");
        Items.Add(new CartItem(Ids.New(clock), Id, Items.Select(i => i.Line).DefaultIfEmpty().Max() + 1, offer, price, named, units));
    }

    /// <returns>False when it is not in this cart.</returns>
    public bool Want(Guid item, int units, DateTimeOffset now)
    {
        ChangedAt = now;
        if (Items.Find(i => i.Id == item) is not { } there) return false;
        there.Units = units;
        return true;
    }

    /// <param name="code">Null: none any more.</param>
    public void UseCoupon(string? code, DateTimeOffset now) => (CouponCode, ChangedAt) = (code, now);

    /// <returns>False when it is not in this cart.</returns>
    public bool Remove(Guid item, DateTimeOffset now)
    {
        ChangedAt = now;
        return Items.RemoveAll(i => i.Id == item) > 0;
    }

    /// <summary>Takes over what a guest's cart holds and this one does not; the guest's prices were seen by the same eyes.</summary>
    public void TakeOver(Cart guest, TimeProvider clock)
    {
        CouponCode ??= guest.CouponCode;
        foreach (var item in guest.Items.Where(g => Items.TrueForAll(i => i.OfferId != g.OfferId)).OrderBy(g => g.Line).Take(MaxItems - Items.Count).ToList())
            Add(item.OfferId, item.SeenPrice, item.Named, item.Units, clock);
    }
}

internal sealed class CartItem
{
    private CartItem()
    {
    }

    internal CartItem(Guid id, Guid cart, int line, Guid offer, Money price, bool named, int units)
    {
        Id = id;
        CartId = cart;
        Line = line;
        OfferId = offer;
        Units = units;
        Saw(price, named);
    }

    public Guid Id { get; private set; }

    public Guid CartId { get; private set; }

    /// <summary>Where it stands in the cart, from 1: the later it was added, the further down. By it the odd cent of a discount falls.</summary>
    public int Line { get; private set; }

    public Guid OfferId { get; private set; }

    /// <summary>How many.</summary>
    public int Units { get; internal set; }

    /// <summary>Of one.</summary>
    public long Price { get; private set; }

    public string Currency { get; private set; } = "";

    /// <summary>The price is the buyer's own, where the offer leaves it to them.</summary>
    public bool Named { get; private set; }

    /// <summary>The price that the buyer has seen and agreed to.</summary>
    public Money SeenPrice => Money.Of(Price, Currency);

    public void Saw(Money price, bool named) => (Price, Currency, Named) = (price.Minor, price.Currency.Code, named);
}
