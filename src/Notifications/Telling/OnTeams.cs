using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;

namespace Marketplace.Notifications;

/// <summary>A mail with the link to whom is invited: to their account, or by the inviter's to an address that has none. Its token stays sealed until it is written.</summary>
internal sealed class OnShopInvited(Tell tell, ICatalog catalog, IUsers users) : IReaction<ShopInvited>
{
    public async Task Handle(ShopInvited happened, CancellationToken stop)
    {
        // Revoked or sent anew meanwhile: nothing to say.
        if (await catalog.OpenInvitation(happened.Invitation, happened.SealedToken, stop) is not { } letter) return;
        var account = await users.FindByEmail(letter.Email, stop) ?? happened.InvitedBy;
        await tell.Handle(new Notice(
            account, NoticeType.ShopInvitation, $"{happened.Invitation}/{happened.ExpiresAt:O}",
            new Facts { Invitation = happened.Invitation, Shop = happened.Shop, ExpiresAt = happened.ExpiresAt }, "/shop-invitation") { Secret = happened.SealedToken });
    }
}

internal sealed class OnMemberJoined(Tell tell, Hearing hearing) : IReaction<MemberJoined>
{
    public async Task Handle(MemberJoined happened, CancellationToken stop) => await tell.Handle(new Notice(
        happened.Owner, NoticeType.MemberJoined, await hearing.Event<OnMemberJoined>(happened.Key, stop), new Facts { Shop = happened.Shop }, "/sell/team") { Subject = ("shop", happened.Shop), Actor = happened.Member });
}

/// <summary>The owner hears who left; who was parted with hears that.</summary>
internal sealed class OnMemberLeft(Tell tell, Hearing hearing) : IReaction<MemberLeft>
{
    public async Task Handle(MemberLeft happened, CancellationToken stop) => await tell.Handle(new Notice(
        happened.Removed ? happened.Member : happened.Owner, NoticeType.MemberLeft, await hearing.Event<OnMemberLeft>(happened.Key, stop),
        new Facts { Shop = happened.Shop, Purpose = happened.Removed ? "removed" : "left" }, happened.Removed ? "/sell/workplace" : "/sell/team") { Subject = ("shop", happened.Shop) });
}
