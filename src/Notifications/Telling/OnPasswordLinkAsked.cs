using Marketplace.Kernel;
using Marketplace.Users;

namespace Marketplace.Notifications;

/// <summary>A mail with the link, at once and to nowhere else. Its token stays sealed until the mail is written.</summary>
internal sealed class OnPasswordLinkAsked(Tell tell) : IReaction<PasswordLinkAsked>
{
    public Task Handle(PasswordLinkAsked happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Account, NoticeType.PasswordLink, happened.Link.ToString(),
        new Facts { PasswordLink = happened.Link, First = happened.Reason == PasswordLinkReason.Welcome, ExpiresAt = happened.ExpiresAt }, "/choose-password") { Secret = happened.SealedToken });
}
