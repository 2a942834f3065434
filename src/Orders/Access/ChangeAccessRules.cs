using FluentValidation;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>What buying this opens: kept by whoever makes the shop's products. A seller tier is opened by products of whoever owns the market alone, and only staff says so.</summary>
internal sealed class ChangeAccessRules(ICatalog catalog, AccessTargets targets, OrdersDb db, UnitOfWork work, IAudit audit, TimeProvider clock)
{
    /// <param name="TargetKind">community, course, channel, module, seller_tier, download, webinar_seat.</param>
    /// <param name="Target">Id of what is opened; of a course, a webinar or files: of a product of the same shop. Of a tier its name.</param>
    /// <param name="EarlierBuyers">Who has bought the product before gets it, too, within minutes.</param>
    public sealed record Request(string TargetKind, string Target, bool EarlierBuyers = false);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.TargetKind).NotEmpty().OneOf<Request, AccessKind>();
            RuleFor(r => r.Target).NotEmpty().WithMessage("Choose what it opens.").MaximumLength(80);
        }
    }

    /// <exception cref="Refused">404; 403; 409 <c>rule_exists</c>, <c>rules_full</c>; 422 <c>target_unknown</c>, <c>seats_for_later_buyers</c>.</exception>
    public async Task<AccessRuleReply> Add(Guid id, Request request, Caller caller)
    {
        var (product, shop) = await Own(id, caller);
        var kind = request.TargetKind.ReadChoice<AccessKind>()!.Value;
        if (kind == AccessKind.SellerTier) caller.MustHave(Rights.System);
        var wanted = Guid.TryParse(request.Target, out var reference) ? reference.ToString() : request.Target;
        var target = (await targets.Of(kind, shop)).FirstOrDefault(t => t.Target == wanted && t.Target != product.Id.ToString()) ?? throw Unknown();
        if (kind == AccessKind.WebinarSeat && request.EarlierBuyers) throw new Refused("seats_for_later_buyers", 422, "Seats are counted: they can be given to later buyers only.");

        // One after the other, so that none is one too many.
        await work.Command("SELECT pg_advisory_xact_lock(hashtextextended('orders.access_rules/' || $1::text, 0))", id).Execute();
        var now = await db.AccessRules.Where(r => r.Product == id && r.EndedAt == null).ToListAsync();
        if (now.Exists(r => r.TargetKind == kind && r.Target == target.Target)) throw new Refused("rule_exists", 409, "Buying this opens that already.");
        if (now.Count >= AccessRule.Most) throw new Refused("rules_full", 409, "A product opens at most 20 things. Remove one first.");
        var rule = new AccessRule(id, shop.Id, kind, target.Target, kind == AccessKind.WebinarSeat ? await SeatsOf(reference) : null, request.EarlierBuyers, caller.Account, clock);
        db.AccessRules.Add(rule);
        if (kind == AccessKind.SellerTier) await audit.Write(caller, "orders.tier_rule_made", "product", id, new { tier = target.Target });
        return AccessRuleReply.Of(rule, target);
    }

    /// <summary>Later buyers do not get it any more. Once or again.</summary>
    /// <exception cref="Refused">404; 403.</exception>
    public async Task End(Guid id, Guid rule, Caller caller)
    {
        await Own(id, caller);
        var found = await db.AccessRules.FirstOrDefaultAsync(r => r.Id == rule && r.Product == id) ?? throw Refused.NotFound();
        if (found.TargetKind == AccessKind.SellerTier)
        {
            caller.MustHave(Rights.System);
            if (found.EndedAt is null) await audit.Write(caller, "orders.tier_rule_ended", "product", id, new { tier = found.Target });
        }

        found.End(clock.GetUtcNow());
    }

    /// <exception cref="Refused">404.</exception>
    public async Task<AccessRulesReply> List(Guid id, Caller caller, CancellationToken stop)
    {
        var (product, _) = await Own(id, caller, stop);
        var rules = await db.AccessRules.AsNoTracking().Where(r => r.Product == id && r.EndedAt == null).OrderBy(r => r.Id).ToListAsync(stop);
        var titles = await targets.Find(rules.Select(r => (r.TargetKind, r.Target)), stop);
        return new AccessRulesReply(rules.Select(r => AccessRuleReply.Of(r, titles.GetValueOrDefault((r.TargetKind, r.Target)))).ToList()) { Product = product };
    }

    /// <summary>What may be chosen on the product's page, by kind.</summary>
    public async Task<IReadOnlyList<(AccessKind Kind, IReadOnlyList<AccessTarget> Targets)>> Choices(Guid id, Caller caller, CancellationToken stop)
    {
        var (product, shop) = await Own(id, caller, stop);
        var choices = new List<(AccessKind, IReadOnlyList<AccessTarget>)>();
        foreach (var kind in targets.Kinds.Where(k => k != AccessKind.SellerTier || caller.Has(Rights.System)))
        {
            if ((await targets.Of(kind, shop, stop)).Where(t => t.Target != product.Id.ToString()).ToList() is { Count: > 0 } some) choices.Add((kind, some));
        }

        return choices;
    }

    private async Task<Guid> SeatsOf(Guid webinar) =>
        (await catalog.Products([webinar])).GetValueOrDefault(webinar)?.Offers is [var offer, ..] ? offer : throw Unknown();

    private async Task<(ShopProduct Product, ShopLine Shop)> Own(Guid id, Caller caller, CancellationToken stop = default)
    {
        var product = (await catalog.Products([id], stop)).GetValueOrDefault(id) ?? throw Refused.NotFound();
        var shop = (await catalog.ShopsOf(caller.Account, ShopPermission.Products, stop)).FirstOrDefault(s => s.Id == product.Shop) ?? throw Refused.NotFound();
        return (product, shop);
    }

    private static Refused Unknown() => new("target_unknown", 422, "There is nothing like this in your shop that a purchase could open.");
}

/// <param name="Title">Of what is opened; null when it is not there any more.</param>
/// <param name="EarlierBuyers">Who bought before gets it, too.</param>
/// <param name="EarlierDone">All of them have it.</param>
internal sealed record AccessRuleReply(Guid Id, AccessKind TargetKind, string Target, string? Title, string? Url, bool EarlierBuyers, bool EarlierDone, DateTimeOffset CreatedAt)
{
    public static AccessRuleReply Of(AccessRule rule, AccessTarget? shown) =>
        new(rule.Id, rule.TargetKind, rule.Target, shown?.Title, shown?.Url, rule.Earlier, rule.EarlierDoneAt is not null, rule.CreatedAt);
}

internal sealed record AccessRulesReply(IReadOnlyList<AccessRuleReply> Data)
{
    internal ShopProduct Product { get; init; } = null!;
}
