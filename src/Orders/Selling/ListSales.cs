using System.Runtime.CompilerServices;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>A line that somebody bought of the seller, with what becomes of its money.</summary>
/// <param name="Gross">What the buyer pays, the discount taken off.</param>
/// <param name="Coupon">What of the discount the market pays.</param>
/// <param name="Share">What the seller earns.</param>
/// <param name="Held">What of it is not yet theirs to spend.</param>
/// <param name="Refunded">What of the price went back to the buyer.</param>
/// <param name="GivenBack">What of it the seller gave. The processor's fee is not given back to anybody, so that of a line refunded whole it is more than the share.</param>
/// <param name="Net">What the seller has of the line after that.</param>
/// <param name="Hold">How it is held: until when, or what became of it. Null when there was nothing to earn.</param>
/// <param name="ContractUrl">Path of the contract of its licence.</param>
/// <param name="Disputed">What of the price the buyer's bank has: while a dispute is open, and for good when it was lost.</param>
/// <param name="Dispute">The latest dispute of it.</param>
/// <param name="WorkUrl">Path where buyer and seller meet over it; null for what is no work.</param>
internal sealed record SaleLine(
    Guid Id, long OrderNumber, DateTimeOffset PaidAt, Guid ProductId, string Title, string Slug, string? CoverUrl, string Kind, string Licence, ItemState State,
    int Units, Money Gross, Money Discount, Money Coupon, Money Tax, int CommissionRate, Money Commission, Money Fee, Money Share, Money Held, HoldReply? Hold,
    Money Refunded, Money GivenBack, Money Net, string? ContractUrl, Money Disputed, Guid? Dispute, string? WorkUrl)
{
    /// <summary>The latest claim of its buyer.</summary>
    public Guid? Claim { get; init; }

    /// <summary>What its buyer asks back and nobody has answered.</summary>
    public Guid? RefundRequest { get; init; }

    /// <summary>Something is left of it to give back.</summary>
    public bool CanRefund { get; init; }
}

/// <param name="Rule">Why: <c>after_sale</c>.</param>
/// <param name="Basis">The rule in words, the seller's risk, and what would release it sooner.</param>
internal sealed record HoldReply(HoldState State, string Rule, DateTimeOffset? ReleaseAt, DateTimeOffset? EndedAt, HoldBasis Basis)
{
    public static HoldReply? Of(Hold? hold) => hold is null ? null : new HoldReply(hold.State, hold.Rule, hold.ReleaseAt, hold.EndedAt, hold.Basis);
}

/// <summary>What the shops in which somebody works have sold, newest first. Who bought is not theirs to know.</summary>
internal sealed class ListSales(OrdersDb db, SellerDesk desk, IWallet wallet, Cursors cursors)
{
    public async Task<Page<SaleLine>> Handle(string? cursor, int? limit, Caller caller, CancellationToken stop)
    {
        var seller = caller.Account;
        var take = Cursors.Limit(limit);
        var filters = new { list = "sales", seller };
        var after = cursors.Read(cursor, filters)?[0].GetGuid();
        var (shops, sellers) = await desk.ShopsOf(caller, ShopPermission.ReadOrders, stop);
        var items = db.Items.AsNoTracking().Where(i => sellers.Contains(i.Seller) && shops.Contains(i.Shop) && i.State != ItemState.Pending);
        if (after is { } last) items = items.Where(i => i.Id < last);
        var rows = await items.OrderByDescending(i => i.Id).Take(take + 1)
            .Join(db.Orders, i => i.OrderId, o => o.Id, (i, o) => new { Item = i, o.Number, o.Currency, o.PaidAt }).ToListAsync(stop);
        var holds = await wallet.Holds(rows.Select(r => r.Item.Id).ToList(), stop);
        var ids = rows.Select(r => r.Item.Id).ToList();
        var disputes = (await db.LineDisputes.AsNoTracking().Where(d => ids.Contains(d.ItemId)).OrderBy(d => d.OpenedAt).Select(d => new { d.ItemId, d.DisputeId }).ToListAsync(stop)).ToLookup(d => d.ItemId, d => (Guid?)d.DisputeId);
        var claims = (await db.Claims.AsNoTracking().Where(c => ids.Contains(c.ItemId)).OrderBy(c => c.Id).Select(c => new { c.ItemId, c.Id }).ToListAsync(stop)).ToLookup(c => c.ItemId, c => (Guid?)c.Id);
        var requests = (await db.Refunds.AsNoTracking().Where(r => ids.Contains(r.ItemId) && r.State == RefundState.Requested).Select(r => new { r.ItemId, r.Id }).ToListAsync(stop)).ToDictionary(r => r.ItemId, r => r.Id);
        return cursors.Page(rows, take, filters, r => [r.Item.Id]).Map(r =>
            Line(r.Item, r.Number, r.PaidAt!.Value, r.Currency, holds.GetValueOrDefault(r.Item.Id), disputes[r.Item.Id].LastOrDefault()) with
            {
                Claim = claims[r.Item.Id].LastOrDefault(),
                RefundRequest = requests.TryGetValue(r.Item.Id, out var request) ? request : null,
                CanRefund = r.Item.Left > 0,
            });
    }

    /// <summary>All of them as a file; its net column is what the seller has of each line.</summary>
    public IResult File(Caller caller)
    {
        return Csv.File("sales.csv", ["line", "order", "paid_at", "title", "licence", "state", "price", "tax", "commission", "fee", "share", "refunded", "given_back", "net", "held", "released_at", "currency", "units", "discount", "coupon"], Cells());

        async IAsyncEnumerable<IReadOnlyList<object?>> Cells([EnumeratorCancellation] CancellationToken stop = default)
        {
            for (string? cursor = null; ;)
            {
                var page = await Handle(cursor, Cursors.MaxLimit, caller, stop);
                foreach (var sale in page.Data)
                {
                    yield return [sale.Id, sale.OrderNumber, sale.PaidAt, sale.Title, sale.Licence, Naming.Snake(sale.State.ToString()), sale.Gross, sale.Tax, sale.Commission, sale.Fee, sale.Share,
                        sale.Refunded, sale.GivenBack, sale.Net, sale.Held, sale.Hold is { State: HoldState.Released } hold ? hold.EndedAt : null, sale.Gross.Currency.Code, sale.Units, sale.Discount, sale.Coupon];
                }

                if ((cursor = page.NextCursor) is null) yield break;
            }
        }
    }

    private static SaleLine Line(OrderItem i, long number, DateTimeOffset paidAt, string currency, Hold? hold, Guid? dispute) => new(
        i.Id, number, paidAt, i.Product, i.Title, i.Slug, i.CoverUrl, i.Kind, i.Licence, i.State,
        i.Units, Money.Of(i.Gross, currency), Money.Of(i.Discount, currency), Money.Of(i.Coupon, currency), Money.Of(i.Tax, currency), i.CommissionRate, Money.Of(i.Commission, currency), Money.Of(i.Fee, currency), Money.Of(i.SellerShare, currency),
        hold?.Remaining ?? Money.Of(0, currency), HoldReply.Of(hold), Money.Of(i.Refunded, currency), Money.Of(i.SellerGave, currency), Money.Of(i.SellerShare - i.SellerGave, currency),
        Contract.Belongs(i) ? $"/library/{i.Id}/contract" : null, Money.Of(i.Disputed, currency), dispute, ServiceWork.PlaceOf(i));
}
