using System.Globalization;
using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders;

/// <summary>What was sold and how its price was shared, by the rates that were frozen then; and why money went back.</summary>
internal sealed class OrderExplains(OrdersDb db, IStringLocalizer<Texts> texts) : IExplains
{
    public IReadOnlyCollection<string> Keys { get; } = ["sale", "refund"];

    public async Task<IReadOnlyDictionary<Guid, Explained>> Explain(string key, IReadOnlyCollection<Guid> ids, Guid? viewer, CancellationToken stop = default)
    {
        if (key == "sale")
        {
            var lines = await db.Items.AsNoTracking().Where(i => ids.Contains(i.Id) && (viewer == null || i.Seller == viewer))
                .Join(db.Orders, i => i.OrderId, o => o.Id, (i, o) => new { Item = i, o.Number, o.Currency }).ToListAsync(stop);
            return lines.ToDictionary(l => l.Item.Id, l => new Explained(l.Item.Id, Sold(l.Item, l.Number, l.Currency, viewer is null)));
        }

        var refunds = await db.Refunds.AsNoTracking().Where(r => ids.Contains(r.Id)).Join(db.Items, r => r.ItemId, i => i.Id, (r, i) => new { Refund = r, Item = i })
            .Where(r => viewer == null || r.Item.Seller == viewer || r.Item.Buyer == viewer)
            .Join(db.Orders, r => r.Item.OrderId, o => o.Id, (r, o) => new { r.Refund, r.Item, o.Currency }).ToListAsync(stop);
        return refunds.ToDictionary(r => r.Refund.Id, r => new Explained(r.Item.Id, Refunded(r.Refund, r.Item, r.Currency, viewer)));
    }

    private List<ExplainedFact> Sold(OrderItem item, long number, string currency, bool staff)
    {
        string Of(long minor) => Money.Of(minor, currency).ToString(CultureInfo.CurrentCulture);
        var facts = new List<ExplainedFact>
        {
            new(texts["Product"], item.Title, staff ? $"/admin/orders/{item.OrderId}#{item.Id}" : $"/sell/orders#{item.Id}"),
            new(texts["Order"], number.ToString(CultureInfo.InvariantCulture)),
            new(texts["Price"], Of(item.Gross)),
        };
        if (item.Tax > 0) facts.Add(new ExplainedFact(texts["Tax"], $"−{Of(item.Tax)}"));
        facts.Add(new ExplainedFact(texts["Commission"], string.Create(CultureInfo.CurrentCulture, $"−{Of(item.Commission)} ({item.CommissionRate / 10_000m:P1})")));
        if (item.Fee > 0) facts.Add(new ExplainedFact(texts["Fee"], $"−{Of(item.Fee)}"));
        facts.Add(new ExplainedFact(staff ? texts["Seller's share"] : texts["Your share"], Of(item.SellerShare)));
        return facts;
    }

    private List<ExplainedFact> Refunded(Refund refund, OrderItem item, string currency, Guid? viewer)
    {
        var facts = new List<ExplainedFact>
        {
            new(texts["Product"], item.Title, viewer is null ? $"/admin/orders/{item.OrderId}#refunds" : item.Buyer == viewer ? $"/orders/{item.OrderId}" : $"/sell/orders#{item.Id}"),
            new(texts["Amount"], Money.Of(refund.Amount, currency).ToString(CultureInfo.CurrentCulture)),
        };
        // Why is between the team and the buyer.
        if (viewer is null || item.Buyer == viewer) facts.Add(new ExplainedFact(texts["Reason"], refund.Reason));
        if (item.Buyer != viewer && refund.SellerGives is { } gives) facts.Add(new ExplainedFact(texts["Seller gives"], Money.Of(gives, currency).ToString(CultureInfo.CurrentCulture)));
        return facts;
    }
}
