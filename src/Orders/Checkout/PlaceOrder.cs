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
    /// <param name="Country">Where the buyer is, in two letters: that of their parcels goes before it, and without either their address book says it.</param>
    /// <param name="Company">For the invoice.</param>
    /// <param name="VatId">A business gives it, and owes the tax itself where the law says so.</param>
    /// <param name="Button">The key of the payment button that the buyer came by.</param>
    /// <param name="WalletFirst">What the buyer's wallet holds is taken first, and <paramref name="PaymentMethod"/> pays the rest; given back when that fails.</param>
    public sealed record Request(
        string PaymentMethod, string? PaymentToken = null, Money? AcceptedTotal = null, Currency? Currency = null, bool SavePaymentMethod = false, PostalAddress? ShippingAddress = null,
        string? Country = null, string? Company = null, string? VatId = null, string? Button = null, bool WalletFirst = false);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.PaymentMethod).NotEmpty().MaximumLength(40);
            RuleFor(r => r.PaymentToken).MaximumLength(200);
            RuleFor(r => r.Button).MaximumLength(40);
            RuleFor(r => r.AcceptedTotal).Must(m => m is null or { Minor: >= 0 }).WithMessage("An amount is not negative.").WithErrorCode("RangeValidator");
            RuleFor(r => r.Country).MaximumLength(2).WithMessage("Choose a country.");
            RuleFor(r => r.Company).MaximumLength(120).WithMessage("At most 120 letters.");
            RuleFor(r => r.VatId).Must(VatIds.IsPossible).WithErrorCode("vat_id").WithMessage("Write the VAT number with the two letters of its country, e.g. FR12345678901.");
        }
    }

    /// <exception cref="Refused">409 <c>cart_empty</c>, <c>cart_has_problems</c>, <c>two_currencies</c>, <c>price_changed</c>, <c>insufficient_funds</c>; <c>out_of_stock</c>; 422 <c>payment_method_unknown</c>, <c>renewal_needs_saved_method</c>, <c>shipping_address_missing</c>, <c>invalid</c> below <c>/shipping_address</c>; 409 of a coupon (<see cref="CouponProblems"/>).</exception>
    public static async Task<Order> Handle(
        Request request, Caller caller, ICatalog catalog, IUsers users, Quotes quotes, CouponUses coupons, ReadBilling billing, OrderPayment payment, Fulfilments fulfilments,
        OrdersDb db, UnitOfWork work, TimeProvider clock, CancellationToken stop)
    {
        caller.MustBeAble(Capabilities.CanBuy);
        var taken = await TakeCart(caller.Account, request.Currency, work);
        if (taken.Count == 0) throw new Refused("cart_empty", 409, "The cart is empty.");

        var sold = await catalog.OffersAndFiles(taken.Select(t => t.Offer).ToList(), stop);
        var offers = await FirstInvoice.Price(sold.Offers, caller.Account, db);
        MustBeBuyable(taken, offers, caller.Account, fulfilments);
        var wishes = taken.Select(t => new Wish(offers[t.Offer], NamedPrice.Of(offers[t.Offer], t.Seen, t.Named), t.Units)).ToList();
        if (wishes.Exists(w => w.Price.Currency != wishes[0].Price.Currency)) throw new Refused("two_currencies", 409, CartProblems.TwoCurrencies.Detail);
        var to = wishes.Exists(w => fulfilments.Of(w.Offer.Kind).NeedsAddress) ? Address(request.ShippingAddress, users) : null;
        var quote = await quotes.Of(wishes, taken[0].Coupon, caller.Account, to?.Country, stop);
        MustBePossible(quote, wishes);
        MustBeAccepted(request.AcceptedTotal, quote.Total, taken, offers);

        var way = await payment.Way(request.PaymentMethod, request.WalletFirst, quote.Total, caller.Account, stop);
        var renewBy = await payment.Plans.WayToRenew(offers.Values, way.Method, request.PaymentToken, request.SavePaymentMethod, quote.Total, caller.Account, stop);
        var sellers = await users.People(wishes.Select(w => w.Offer.Seller).Distinct().ToList(), stop);
        var lines = quote.Lines.Select(l => Line(l, quote.Coupon, fulfilments, sold.Files, sellers, users)).Concat(quote.Shipping.Where(s => s.Rate is not null).Select(s => SendingLine(s, wishes, sellers))).ToList();
        var billed = await billing.Handle(request, to, caller.Account);
        var order = Order.Place(caller.Account, quote.Currency, way, lines, to, clock, billed.Tax, billed.Billing);

        await FreezeAccess.Handle(order, catalog, work, clock);
        db.Orders.Add(order);
        if (quote is { Coupon: { } coupon, Discount.Minor: > 0 }) await Use(coupon, order, quote.Discount.Minor, coupons, db, clock);
        await payment.Begin(order, request.PaymentToken, request.SavePaymentMethod);
        SubscriptionOrders.Pin(order, renewBy);
        await work.Flush();
        await ButtonSale.Note(order, request.Button, work);
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

    private static NewLine Line(QuotedLine line, Coupon? coupon, Fulfilments fulfilments, ILookup<Guid, ProductFile> files, IReadOnlyDictionary<Guid, Person> sellers, IUsers users)
    {
        var offer = fulfilments.Of(line.Wish.Offer.Kind).NeedsAddress ? line.Wish.Offer with { Terms = "" } : line.Wish.Offer;
        var tier = sellers[offer.Seller].Tier;
        return new NewLine(offer, line.Gross, files[offer.Product], tier, users.Terms(tier).CommissionRate)
        {
            Units = line.Wish.Units, Discount = line.Discount.Minor, Coupon = coupon is { Shop: null } ? line.Discount.Minor : 0,
        };
    }

    // Of the shop, at no commission; its rate stands where an offer's id would.
    private static NewLine SendingLine(ShippingCost cost, List<Wish> wishes, IReadOnlyDictionary<Guid, Person> sellers)
    {
        var of = wishes.First(w => w.Offer.Shop == cost.Shop).Offer;
        var sending = new Offer(cost.Rate!.Value, of.Shop, Sending.Kind, "Shipping", "", "", "", cost.Price!.Value, true, of.Shop, of.ShopName, of.Seller, null);
        return new NewLine(sending, cost.Price.Value, [], sellers[of.Seller].Tier, 0);
    }

    private static async Task Use(Coupon coupon, Order order, long discount, CouponUses coupons, OrdersDb db, TimeProvider clock)
    {
        await coupons.Take(coupon, order.Buyer);
        db.CouponUses.Add(new CouponUse(order.Id, coupon.Id, order.Buyer, discount, clock.GetUtcNow()));
    }

    private static void MustBePossible(Quote quote, List<Wish> wishes)
    {
        if (quote.CouponProblem is { } wrong) throw CouponProblems.Refuse(wrong);
        var unsent = quote.Shipping.Where(s => s.Problem is not null).ToDictionary(s => s.Shop, s => s.Problem!);
        if (unsent.Count == 0) return;
        throw new Refused("cart_has_problems", 409, unsent.Values.First().Detail)
        {
            Errors = wishes.Select((w, i) => (Line: i, Problem: w.Offer.Grams > 0 ? unsent.GetValueOrDefault(w.Offer.Shop) : null)).Where(p => p.Problem is not null)
                .Select(p => new FieldError($"/items/{p.Line}", p.Problem!.Code, p.Problem.Detail)).ToList(),
        };
    }

    // One statement takes the lines out: of two checkouts of one cart the second waits here, and finds it empty.
    private static Task<List<Taken>> TakeCart(Guid buyer, Currency? currency, UnitOfWork work) => work.Command(
        $$"""
        WITH taken AS (
          DELETE FROM orders.cart_items i USING orders.carts c
          WHERE c.id = i.cart_id AND c.owner = $1 AND ($2::text IS NULL OR i.currency = $2)
          RETURNING i.offer_id, i.price, i.currency, i.named, i.units, i.line, c.coupon_code)
        SELECT t.offer_id, t.price, t.currency, t.named, t.units, t.coupon_code, EXISTS (SELECT FROM orders.order_items o WHERE o.buyer = $1 AND o.offer = t.offer_id AND o.{{Owned.State}})
        FROM taken t ORDER BY t.line, t.offer_id
        """,
        buyer, currency?.Code).List(r => new Taken(r.GetGuid(0), Money.Of(r.GetInt64(1), r.GetString(2)), r.GetBoolean(3), r.GetInt32(4), r.IsDBNull(5) ? null : r.GetString(5), r.GetBoolean(6)));

    private static void MustBeBuyable(List<Taken> taken, IReadOnlyDictionary<Guid, Offer> offers, Guid buyer, Fulfilments fulfilments)
    {
        var problems = taken.Select((t, i) => (Line: i, Problem: Problem(t, offers.GetValueOrDefault(t.Offer), buyer, fulfilments)))
            .Where(p => p.Problem is not null).Select(p => new FieldError($"/items/{p.Line}", p.Problem!.Code, p.Problem.Detail)).ToList();
        if (problems.Count > 0) throw new Refused("cart_has_problems", 409, "Something in the cart cannot be bought any more.") { Errors = problems };
    }

    private static CartProblem? Problem(Taken taken, Offer? offer, Guid buyer, Fulfilments fulfilments) =>
        CartProblems.Blocking(offer, buyer, taken.Owned, fulfilments) ?? CartProblems.Number(offer!, taken.Units, fulfilments) ?? (NamedPrice.IsTooLow(offer!, taken.Seen, taken.Named) ? CartProblems.BelowMinimum : null);

    private static void MustBeAccepted(Money? accepted, Money total, List<Taken> taken, IReadOnlyDictionary<Guid, Offer> offers)
    {
        if (accepted is { } sum && sum.Currency == total.Currency && total <= sum) return;
        var raised = taken.Select((t, i) => (Line: i, Old: t.Seen, Now: NamedPrice.Of(offers[t.Offer], t.Seen, t.Named))).Where(l => l.Now > l.Old)
            .Select(l => new FieldError($"/items/{l.Line}/price", CartProblems.PriceRaised.Code, $"{offers[taken[l.Line].Offer].ProductTitle}: {l.Old} → {l.Now}")).ToList();
        if (accepted is not null || raised.Count > 0)
            throw new Refused("price_changed", 409, "A price has gone up. Look at the new total and agree to it.") { Errors = [.. raised, new FieldError("/accepted_total", "total", $"{total}")] };
    }

    private sealed record Taken(Guid Offer, Money Seen, bool Named, int Units, string? Coupon, bool Owned);
}
