using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>Joins a team: with the token, and as who was asked.</summary>
internal static class AcceptInvitation
{
    public sealed record Request(string Token);

    public sealed record Reply(Guid Shop, string Slug, string Name, ShopRole Role);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Token).NotEmpty().MaximumLength(100);
    }

    /// <exception cref="Refused">409 <c>invitation_over</c>, <c>invitation_elsewhere</c>, <c>member_already</c>.</exception>
    public static async Task<Reply> Handle(Request request, Caller caller, CatalogDb db, UnitOfWork work, IUsers users, TimeProvider clock)
    {
        var hash = ShopInvitation.HashOf(request.Token);
        var now = clock.GetUtcNow();
        var invitation = await db.Invitations.FromSql($"SELECT * FROM catalog.shop_invitations WHERE token_hash = {hash} FOR UPDATE").FirstOrDefaultAsync();
        if (invitation is null || invitation.EndedAt is not null || invitation.ExpiresAt <= now) throw Over();
        var shop = await db.Shop(invitation.ShopId) ?? throw Over();
        if ((await users.Contacts([caller.Account])).GetValueOrDefault(caller.Account)?.Email is not { } email || !email.Equals(invitation.Email, StringComparison.OrdinalIgnoreCase))
            throw new Refused("invitation_elsewhere", 409, "This invitation was sent to another address. Sign in with the account of that address.");
        if (await db.WorksIn(shop.Id, caller.Account)) throw new Refused("member_already", 409, "They are of your team already.");

        db.Add(invitation.Accept(caller.Account, now));
        await users.Grant(caller.Account, Capabilities.CanSell);
        work.Publish(new MemberJoined(shop.Id, shop.OwnerId, caller.Account));
        return new Reply(shop.Id, shop.Slug, shop.Name, invitation.Role);
    }

    /// <summary>What a link asks; uses up nothing, for mail scanners open links, too. Joins the transaction when one is open.</summary>
    /// <returns>Null: used, revoked, expired or none.</returns>
    public static async Task<Asked?> Find(string? token, UnitOfWork work, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop)
    {
        if (token?.Length != ShopInvitation.TokenLength) return null;
        const string sql =
            "SELECT s.name, s.slug, i.email, i.role, i.invited_by, i.expires_at FROM catalog.shop_invitations i JOIN catalog.shops s ON s.id = i.shop_id WHERE i.token_hash = $1 AND i.ended_at IS NULL AND i.expires_at > $2";
        var (hash, now) = (ShopInvitation.HashOf(token), clock.GetUtcNow());
        return (await (work.IsOpen ? work.Command(sql, hash, now) : source.Command(sql, hash, now))
            .List(r => new Asked(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3).ReadChoice<ShopRole>()!.Value, r.GetGuid(4), r.GetFieldValue<DateTimeOffset>(5)), stop)).SingleOrDefault();
    }

    internal sealed record Asked(string Shop, string Slug, string Email, ShopRole Role, Guid By, DateTimeOffset ExpiresAt);

    private static Refused Over() => new("invitation_over", 409, "This invitation was used or taken back, or its seven days are over. Ask for a new one.");
}
