using Marketplace.Kernel;
using Marketplace.Users;

namespace Marketplace.Notifications;

/// <summary>A mail with the link, at once and to nowhere else. Its token stays sealed until the mail is written.</summary>
internal sealed class OnMailedLinkAsked(Tell tell) : IReaction<MailedLinkAsked>
{
    public Task Handle(MailedLinkAsked happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Account, TypeOf(happened.Purpose), happened.Link.ToString(), new Facts { MailedLink = happened.Link, ExpiresAt = happened.ExpiresAt }, "/sign-in") { Secret = happened.SealedToken });

    public static LinkPurpose PurposeOf(NoticeType type) => Enum.GetValues<LinkPurpose>().First(p => TypeOf(p) == type);

    private static NoticeType TypeOf(LinkPurpose purpose) => purpose switch
    {
        LinkPurpose.SignIn => NoticeType.SignInLink,
        LinkPurpose.Proof => NoticeType.ProofLink,
        LinkPurpose.VerifyEmail => NoticeType.VerifyEmail,
        LinkPurpose.ChangeEmail => NoticeType.ChangeEmail,
        _ => NoticeType.RevertEmail,
    };
}
