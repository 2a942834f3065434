using System.Globalization;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>What an order with a plan that renews needs beside its lines: a way to pay the next one, and the subscription that its money moves on.</summary>
internal sealed class SubscriptionOrders(IWallet wallet, ICatalog catalog, ReadBilling billing, OrdersDb db, UnitOfWork work, TimeProvider clock)
{
    /// <summary>
    /// How the next periods will be paid. Nothing is charged for a free trial, so that nothing can be kept by it: the wallet, or what was saved before.
    /// </summary>
    /// <returns>A saved way that is named; null for the wallet, for a way that this payment saves, and where nothing renews.</returns>
    /// <exception cref="Refused">422 <c>renewal_needs_saved_method</c>, <c>payment_method_gone</c>.</exception>
    public async Task<SavedPaymentMethod?> WayToRenew(IEnumerable<Offer> offers, string method, string? token, bool save, Money total, Guid account, CancellationToken stop)
    {
        if (method == PaymentMethod.Wallet || !offers.Any(o => AgreedPlan.Renews(o.Kind, o.Option))) return null;
        if ((await wallet.SavedMethods(account, stop)).FirstOrDefault(s => s.Token == token) is { } saved)
            return saved.Usable && saved.Method == method ? saved : throw Gone();
        if (save && total.Minor > 0 && wallet.Methods.Any(m => m.Key == method && m.CanBeSaved)) return null;
        throw new Refused("renewal_needs_saved_method", 422, "A plan that renews needs a way to pay that is kept: let it be saved, choose one that you have saved, or pay from your wallet.");
    }

    /// <summary>The same for another try.</summary>
    public async Task MustHaveWay(Order order, PayOrder.Request request, CancellationToken stop)
    {
        // A period of one that runs may be paid in any way, once.
        if (order.Subscription is not null || !Concerns(order) || order.Method == PaymentMethod.Wallet) return;
        await WayToRenew([.. order.Items.Select(OfferOf)], order.Method, request.PaymentToken, request.SavePaymentMethod, order.Price, order.Buyer, stop);
    }

    public static Refused Gone() => new("payment_method_gone", 422, "This saved way to pay is not there any more. Choose another.");

    /// <summary>What was paid at once, or is a free trial, has its subscription already.</summary>
    public static void Pin(Order order, SavedPaymentMethod? renewBy)
    {
        foreach (var begun in order.Items.Select(i => i.Subscription).OfType<Subscription>())
        {
            if (renewBy is null) begun.PayFromWallet();
            else begun.PayBy(renewBy);
        }
    }

    /// <summary>Money for it would buy nothing: somebody became a member by another order, or the subscription has gone on without it. Locks what it looks at.</summary>
    public async Task<bool> CannotServe(Order order)
    {
        if (!Concerns(order)) return false;
        if (order.Subscription is { } id) return await db.LockedSubscription(id) is not { } subscription || !subscription.Takes(await ChargeOf(order));
        foreach (var product in order.Items.Where(i => AgreedPlan.Renews(i.Kind, i.Option)).Select(i => i.Product).Order())
        {
            await work.Command("SELECT pg_advisory_xact_lock(hashtextextended($1, 11))", $"{order.Buyer}/{product}").Execute();
            if (await db.Subscriptions.AnyAsync(s => s.Account == order.Buyer && s.Product == product && s.EndedAt == null) || await Owned.Memberships(db, order.Buyer).AnyAsync(p => p == product)) return true;
        }

        return false;
    }

    /// <summary>
    /// Its period begins, in the order's own transaction: the new line's access, open already, takes the place of the older ones'. A membership that was
    /// bought for good ends the periods of the same.
    /// </summary>
    public async Task Paid(Order order)
    {
        foreach (var product in order.Items.Where(i => AgreedPlan.Lasts(i.Kind, i.Option)).Select(i => i.Product).Order())
        {
            var running = await db.Subscriptions.AsNoTracking().Where(s => s.Account == order.Buyer && s.Product == product && s.EndedAt == null).Select(s => (Guid?)s.Id).SingleOrDefaultAsync();
            if (running is { } found && await db.LockedSubscription(found) is { HasEnded: false } replaced) await CancelSubscription.Handle(replaced, work, clock.GetUtcNow());
        }

        if (order.Subscription is not { } id || !Concerns(order)) return;
        var (subscription, charge, now) = ((await db.LockedSubscription(id))!, await ChargeOf(order), clock.GetUtcNow());
        subscription.Take(charge, now);
        await OpenAccess.Replace(await db.SubscriptionCharges.Where(c => c.SubscriptionId == id && c.ItemId != charge.ItemId).Select(c => c.ItemId).ToListAsync(), work, now);
        work.Publish(new SubscriptionPaid(id, order.Id, subscription.Account, subscription.Seller, subscription.Product, charge.Sum, subscription.PeriodEnd));
    }

    /// <summary>An order of one line for a subscription, at its own rate and in its member's language; taxed as today in the country of the order with which it began.</summary>
    public async Task<Order> Place(Subscription of, AgreedPlan plan, Money amount, DateTimeOffset until)
    {
        var first = await db.Orders.AsNoTracking().Where(o => o.Items.Any(i => i.Id == of.FirstItem)).Select(o => new { o.Country, o.Billing }).SingleAsync();
        var tax = await billing.Tax(first.Country, first.Billing?.VatId is not null);
        var language = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(of.Language);
            var offer = new Offer(plan.Offer, of.Product, "membership", of.Title, of.Slug, plan.Name, plan.Terms, amount, true, of.Shop, of.ShopName, of.Seller, of.CoverUrl)
            {
                Option = plan.Option, Details = plan.Details, ProductDetails = of.ProductDetails.GetRawText(),
            };
            var order = Order.Place(of.Account, amount.Currency, new WayToPay(of.Method, Money.Zero(amount.Currency), Money.Zero(amount.Currency)), [new NewLine(offer, amount, [], of.SellerTier, of.CommissionRate)], null, clock, tax, first.Billing);
            order.BelongsTo(of.Id, until);
            await FreezeAccess.Handle(order, catalog, work, clock);
            db.Orders.Add(order);
            return order;
        }
        finally
        {
            CultureInfo.CurrentUICulture = language;
        }
    }

    private static bool Concerns(Order order) => order.Items.Exists(i => AgreedPlan.Renews(i.Kind, i.Option));

    private static Offer OfferOf(OrderItem item) => new(item.Offer, item.Product, item.Kind, item.Title, item.Slug, item.Licence, item.Terms, default, true, item.Shop, item.ShopName, item.Seller, item.CoverUrl) { Option = item.Option };

    private Task<SubscriptionCharge> ChargeOf(Order order) => db.SubscriptionCharges.SingleAsync(c => c.OrderId == order.Id);
}
