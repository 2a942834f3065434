using Marketplace.Kernel;
using Marketplace.Users;

namespace Marketplace.Notifications;

/// <summary>Says hello.</summary>
internal sealed class OnAccountOpened(Tell tell) : IReaction<AccountOpened>
{
    public Task Handle(AccountOpened happened, CancellationToken stop) =>
        tell.Handle(new Notice(happened.Account, NoticeType.Welcome, happened.Account.ToString(), new Facts(), "/"));
}
