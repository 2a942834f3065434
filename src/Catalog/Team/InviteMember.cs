using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Catalog;

/// <summary>The owner asks somebody by mail to join the team, asks again, or takes it back.</summary>
internal static class InviteMember
{
    /// <summary>Members and open invitations of one shop; and mails a day, for they go to whomever one likes.</summary>
    public const int Most = 20, MostMailsADay = 20;

    /// <param name="Role">manager, editor or support.</param>
    public sealed record Request(string Email, string Role);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Email).NotEmpty().MaximumLength(254).EmailAddress().WithErrorCode("email").WithMessage("Give an e-mail address like ana@example.com.").Sound();
            RuleFor(r => r.Role).TeamRole();
        }
    }

    /// <exception cref="Refused">404; 409 <c>team_full</c>, <c>invited_already</c>, <c>member_already</c>; 429 <c>too_many_invitations</c>.</exception>
    public static async Task<InvitationView> Handle(string slug, Request request, Caller caller, CatalogDb db, UnitOfWork work, IUsers users, Secrets secrets, TimeProvider clock)
    {
        var shop = await db.ShopFor(slug, caller.Account, ShopPermission.Team);
        var now = clock.GetUtcNow();
        if (await users.FindByEmail(request.Email.Trim()) is { } known && await db.WorksIn(shop.Id, known)) throw new Refused("member_already", 409, "They are of your team already.");
        if (await db.ShopMembers.CountAsync(m => m.ShopId == shop.Id) + await db.Invitations.CountAsync(i => i.ShopId == shop.Id && i.EndedAt == null && i.ExpiresAt > now) >= Most)
            throw new Refused("team_full", 409, "A team has at most 20 people, invited ones included.");
        await MustBeFew(shop.Id, db, now);

        // What has expired makes room for a new one to the same address.
        var email = ShopInvitation.Plain(request.Email);
        var open = await db.Invitations.Where(i => i.ShopId == shop.Id && i.EndedAt == null && i.Email == email).FirstOrDefaultAsync();
        if (open is not null && open.ExpiresAt > now) throw new Refused("invited_already", 409, "They are invited already. Send the mail again instead.");
        if (open is not null)
        {
            open.Revoke(now);
            await work.Flush();
        }

        var (invitation, token) = ShopInvitation.Make(shop.Id, request.Email, request.Role.ReadChoice<ShopRole>()!.Value, caller.Account, clock);
        db.Add(invitation);
        await work.Flush(("shop_invitations_open", new Refused("invited_already", 409, "They are invited already. Send the mail again instead.")));
        Tell(invitation, token, work, secrets);
        return InvitationView.Of(invitation);
    }

    /// <summary>A new link; the one before is worth nothing.</summary>
    /// <exception cref="Refused">404; 429 <c>too_many_invitations</c>.</exception>
    public static async Task<InvitationView> Again(string slug, Guid id, Caller caller, CatalogDb db, UnitOfWork work, Secrets secrets, TimeProvider clock)
    {
        var invitation = await Open(slug, id, caller, db);
        await MustBeFew(invitation.ShopId, db, clock.GetUtcNow());
        Tell(invitation, invitation.Send(clock.GetUtcNow()), work, secrets);
        return InvitationView.Of(invitation);
    }

    /// <exception cref="Refused">404.</exception>
    public static async Task Revoke(string slug, Guid id, Caller caller, CatalogDb db, TimeProvider clock) => (await Open(slug, id, caller, db)).Revoke(clock.GetUtcNow());

    public static IRuleBuilderOptions<T, string> TeamRole<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(r => r.ReadChoice<ShopRole>() is { } role && role != ShopRole.Owner).WithErrorCode("unknown_choice").WithMessage("Choose one of the list.");

    private static async Task<ShopInvitation> Open(string slug, Guid id, Caller caller, CatalogDb db)
    {
        var shop = await db.ShopFor(slug, caller.Account, ShopPermission.Team);
        return await db.Invitations.FirstOrDefaultAsync(i => i.Id == id && i.ShopId == shop.Id && i.EndedAt == null) ?? throw Refused.NotFound();
    }

    private static async Task MustBeFew(Guid shop, CatalogDb db, DateTimeOffset now)
    {
        var yesterday = now.AddDays(-1);
        if (await db.Invitations.CountAsync(i => i.ShopId == shop && i.SentAt > yesterday) >= MostMailsADay)
            throw new Refused("too_many_invitations", 429, "Your shop has sent many invitations today. Go on tomorrow.") { RetryAfter = TimeSpan.FromHours(12) };
    }

    private static void Tell(ShopInvitation invitation, byte[] token, UnitOfWork work, Secrets secrets) =>
        work.Publish(new ShopInvited(invitation.Id, invitation.ShopId, invitation.InvitedBy, secrets.Seal(ShopInvitation.Row(invitation.Id), token), invitation.ExpiresAt));
}

/// <summary>An invitation as the owner sees it.</summary>
internal sealed record InvitationView(Guid Id, string Email, ShopRole Role, DateTimeOffset InvitedAt, DateTimeOffset ExpiresAt)
{
    public static InvitationView Of(ShopInvitation i) => new(i.Id, i.Email, i.Role, i.InvitedAt, i.ExpiresAt);
}
