using FluentValidation;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;
using Npgsql;

namespace Marketplace.Orders;

/// <summary>The buyer's cart becomes an order, its prices and shares frozen; a wallet pays at once, a provider is asked after the commit.</summary>
internal static class PlaceOrder
{
    /// <param name="PaymentMethod">A key of the configured ways, e.g. <c>wallet</c>.</param>
    /// <param name="PaymentToken">What the provider gave for the card, or the token of a saved way to pay. Never a card number.</param>
    /// <param name="AcceptedTotal">The buyer agrees to pay up to this, whatever was raised since. Without it a raised price is refused.</param>
    /// <param name="Currency">Which part of a cart of two currencies.</param>
    /// <param name="SavePaymentMethod">Keep it for the next payments, once the money is taken.</param>
    /// <param name="ShippingAddress">Where parcels go; needed when there are any.</param>
    public sealed record Request(
        string PaymentMethod, string? PaymentToken = null, Money? AcceptedTotal = null, Currency? Currency = null, bool SavePaymentMethod = false, PostalAddress? ShippingAddress = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.PaymentMethod).NotEmpty().MaximumLength(40);
            RuleFor(r => r.PaymentToken).MaximumLength(200);
            RuleFor(r => r.AcceptedTotal).Must(m => m is null or { Minor: >= 0 }).WithMessage("An amount is not negative.").WithErrorCode("RangeValidator");
        }
    }

    /// <exception cref="Refused">409 <c>cart_empty</c>, <c>cart_has_problems</c>, <c>two_currencies</c>, <c>price_changed</c>, <c>insufficient_funds</c>; <c>out_of_stock</c>; 422 <c>payment_method_unknown</c>, <c>shipping_address_missing</c>, <c>invalid</c> below <c>/shipping_address</c>.</exception>
    public static async Task<Order> Handle(
        Request request, Caller caller, ICatalog catalog, IUsers users, OrderPayment payment, Fulfilments fulfilments,
        OrdersDb db, UnitOfWork work, TimeProvider clock, CancellationToken stop)
    {
        caller.MustBeAble(Capabilities.CanBuy);
        var taken = await TakeCart(caller.Account, request.Currency, work);
        if (taken.Count == 0) throw new Refused("cart_empty", 409, "The cart is empty.");

        var offers = await catalog.Offers(taken.Select(t => t.Offer).ToList(), stop);
        MustBeBuyable(taken, offers, caller.Account, fulfilments);
        var bought = taken.Select(t => (Offer: offers[t.Offer], Price: NamedPrice.Of(offers[t.Offer], t.Seen, t.Named))).ToList();
        var currency = bought[0].Price.Currency;
        if (bought.Exists(b => b.Price.Currency != currency)) throw new Refused("two_currencies", 409, CartProblems.TwoCurrencies.Detail);
        var total = bought.Aggregate(Money.Zero(currency), (sum, b) => sum + b.Price);
        MustBeAccepted(request.AcceptedTotal, total, taken, offers);

        var to = bought.Exists(b => fulfilments.Of(b.Offer.Kind).NeedsAddress) ? Address(request.ShippingAddress, users) : null;

        var files = await catalog.Files(bought.Select(b => b.Offer.Product).Distinct().ToList(), stop);
        var sellers = await users.People(bought.Select(b => b.Offer.Seller).Distinct().ToList(), stop);
        var lines = bought.Select(b => Line(fulfilments.Of(b.Offer.Kind).NeedsAddress ? b.Offer with { Terms = "" } : b.Offer, b.Price, files, sellers, users)).ToList();
        var order = Order.Place(caller.Account, currency, request.PaymentMethod, lines, payment.Fee(request.PaymentMethod, total), to, clock);

        db.Orders.Add(order);
        await payment.Begin(order, request.PaymentToken, request.SavePaymentMethod);
        await work.Flush();
        work.Publish(new OrderPlaced(order.Id, order.Number, order.Buyer, order.Price));
        if (!order.AwaitsMoney) work.Publish(order.ToldPaid());
        return order;
    }

    private static PostalAddress Address(PostalAddress? written, IUsers users)
    {
        if (written is null) throw new Refused("shipping_address_missing", 422, "Say where the parcel goes.") { Errors = [new FieldError("/shipping_address", "shipping_address_missing", "Say where the parcel goes.")] };
        try
        {
            return users.CheckAddress(written);
        }
        catch (Refused refused) when (refused.Errors.Count > 0)
        {
            throw Refused.Invalid([.. refused.Errors.Select(e => e with { Pointer = "/shipping_address" + e.Pointer })]);
        }
    }

    private static NewLine Line(Offer offer, Money price, ILookup<Guid, ProductFile> files, IReadOnlyDictionary<Guid, Person> sellers, IUsers users) =>
        new(offer, price, files[offer.Product], sellers[offer.Seller].Tier, users.Terms(sellers[offer.Seller].Tier).CommissionRate);

    // One statement takes the lines out: of two checkouts of one cart the second waits here, and finds it empty.
    private static Task<List<Taken>> TakeCart(Guid buyer, Currency? currency, UnitOfWork work) => work.Command(
        $$"""
        WITH taken AS (
          DELETE FROM orders.cart_items i USING orders.carts c
          WHERE c.id = i.cart_id AND c.owner = $1 AND ($2::text IS NULL OR i.currency = $2)
          RETURNING i.offer_id, i.price, i.currency, i.named, i.added_at)
        SELECT t.offer_id, t.price, t.currency, t.named, EXISTS (SELECT FROM orders.order_items o WHERE o.buyer = $1 AND o.offer = t.offer_id AND o.{{Owned.State}})
        FROM taken t ORDER BY t.added_at, t.offer_id
        """,
        buyer, currency?.Code).List(r => new Taken(r.GetGuid(0), Money.Of(r.GetInt64(1), r.GetString(2)), r.GetBoolean(3), r.GetBoolean(4)));

    private static void MustBeBuyable(List<Taken> taken, IReadOnlyDictionary<Guid, Offer> offers, Guid buyer, Fulfilments fulfilments)
    {
        var problems = taken.Select((t, i) => (Line: i, Problem: Problem(t, offers.GetValueOrDefault(t.Offer), buyer, fulfilments)))
            .Where(p => p.Problem is not null).Select(p => new FieldError($"/items/{p.Line}", p.Problem!.Code, p.Problem.Detail)).ToList();
        if (problems.Count > 0) throw new Refused("cart_has_problems", 409, "Something in the cart cannot be bought any more.") { Errors = problems };
    }

    private static CartProblem? Problem(Taken taken, Offer? offer, Guid buyer, Fulfilments fulfilments) =>
        CartProblems.Blocking(offer, buyer, taken.Owned, fulfilments) ?? (NamedPrice.IsTooLow(offer!, taken.Seen, taken.Named) ? CartProblems.BelowMinimum : null);

    private static void MustBeAccepted(Money? accepted, Money total, List<Taken> taken, IReadOnlyDictionary<Guid, Offer> offers)
    {
        if (accepted is { } sum && sum.Currency == total.Currency && total <= sum) return;
        var raised = taken.Select((t, i) => (Line: i, Old: t.Seen, Now: NamedPrice.Of(offers[t.Offer], t.Seen, t.Named))).Where(l => l.Now > l.Old)
            .Select(l => new FieldError($"/items/{l.Line}/price", CartProblems.PriceRaised.Code, $"{offers[taken[l.Line].Offer].ProductTitle}: {l.Old} → {l.Now}")).ToList();
        if (accepted is not null || raised.Count > 0)
            throw new Refused("price_changed", 409, "A price has gone up. Look at the new total and agree to it.") { Errors = [.. raised, new FieldError("/accepted_total", "total", $"{total}")] };
    }

    private sealed record Taken(Guid Offer, Money Seen, bool Named, bool Owned);
}
