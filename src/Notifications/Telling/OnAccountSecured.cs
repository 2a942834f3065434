using Marketplace.Kernel;
using Marketplace.Users;

namespace Marketplace.Notifications;

/// <summary>Whoever changed a way to sign in, the owner hears of it. Nobody turns this off.</summary>
internal sealed class OnAccountSecured(Tell tell) : IReaction<AccountSecured>
{
    public Task Handle(AccountSecured happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Account, NoticeType.Security, happened.Cause.ToString(), new Facts { Purpose = Naming.Snake(happened.Change.ToString()), Device = happened.Device },
        happened.Change == SecurityChange.NewDevice ? "/account/sessions" : "/account/security"));
}
