using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>Who works in a shop; the owner gives another role or parts with somebody, and everybody may leave.</summary>
internal static class ChangeTeam
{
    public sealed record RoleRequest(string Role);

    public sealed class Validator : AbstractValidator<RoleRequest>
    {
        public Validator() => RuleFor(r => r.Role).TeamRole();
    }

    /// <param name="Invitations">For the owner only.</param>
    public sealed record Team(IReadOnlyList<MemberView> Members, IReadOnlyList<InvitationView>? Invitations);

    /// <exception cref="Refused">404: not there, or the caller does not work there.</exception>
    public static async Task<Team> Read(string slug, Caller caller, IUsers users, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop)
    {
        var place = (await ShopAccess.Of(caller.Account, source, stop)).Find(w => w.Slug == slug) ?? throw Refused.NotFound();
        var members = await source.Command(
            "SELECT owner_id, 'owner', created_at FROM catalog.shops WHERE id = $1 UNION ALL (SELECT account, role, joined_at FROM catalog.shop_members WHERE shop_id = $1 ORDER BY joined_at, account)", place.Id)
            .List(r => (Account: r.GetGuid(0), Role: r.GetString(1).ReadChoice<ShopRole>()!.Value, Since: r.GetFieldValue<DateTimeOffset>(2)), stop);
        var people = await users.People(members.Select(m => m.Account).ToList(), stop);
        return new Team(
            members.Select(m => new MemberView(m.Account, people.GetValueOrDefault(m.Account)?.DisplayName ?? "", m.Role, m.Since)).ToList(),
            !place.Allows(ShopPermission.Team) ? null : await source.Command(
                "SELECT id, email, role, invited_at, expires_at FROM catalog.shop_invitations WHERE shop_id = $1 AND ended_at IS NULL ORDER BY invited_at, id", place.Id)
                .List(r => new InvitationView(r.GetGuid(0), r.GetString(1), r.GetString(2).ReadChoice<ShopRole>()!.Value, r.GetFieldValue<DateTimeOffset>(3), r.GetFieldValue<DateTimeOffset>(4)), stop));
    }

    /// <exception cref="Refused">404.</exception>
    public static async Task<MemberView> Become(string slug, Guid account, RoleRequest request, Caller caller, CatalogDb db, IUsers users)
    {
        var shop = await db.ShopFor(slug, caller.Account, ShopPermission.Team);
        var member = await db.ShopMembers.FirstOrDefaultAsync(m => m.ShopId == shop.Id && m.Account == account) ?? throw Refused.NotFound();
        member.Become(request.Role.ReadChoice<ShopRole>()!.Value);
        return new MemberView(account, (await users.People([account])).GetValueOrDefault(account)?.DisplayName ?? "", member.Role, member.JoinedAt);
    }

    /// <summary>The owner parts with somebody, or somebody leaves. What they made stays the shop's.</summary>
    /// <exception cref="Refused">404.</exception>
    public static async Task Part(string slug, Guid account, Caller caller, CatalogDb db, UnitOfWork work, IUsers users)
    {
        var shop = await db.Shops.Where(s => s.Slug == slug && (s.OwnerId == caller.Account || (account == caller.Account && db.ShopMembers.Any(m => m.ShopId == s.Id && m.Account == account))))
            .Select(s => new { s.Id, s.OwnerId }).FirstOrDefaultAsync() ?? throw Refused.NotFound();
        if (await work.Command("DELETE FROM catalog.shop_members WHERE shop_id = $1 AND account = $2", shop.Id, account).Execute() == 0) throw Refused.NotFound();
        await Forget(account, work, users);
        work.Publish(new MemberLeft(shop.Id, shop.OwnerId, account, caller.Account != account));
    }

    // Who works nowhere any more does not sell.
    private static async Task Forget(Guid account, UnitOfWork work, IUsers users)
    {
        if (!await work.Command("SELECT EXISTS (SELECT FROM catalog.shops WHERE owner_id = $1) OR EXISTS (SELECT FROM catalog.shop_members WHERE account = $1)", account).Scalar<bool>())
            await users.Revoke(account, Capabilities.CanSell);
    }
}

/// <summary>Somebody who works in a shop.</summary>
internal sealed record MemberView(Guid Account, string Name, ShopRole Role, DateTimeOffset Since);
