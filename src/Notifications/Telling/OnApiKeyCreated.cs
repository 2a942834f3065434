using Marketplace.Kernel;
using Marketplace.Users;

namespace Marketplace.Notifications;

/// <summary>The owner hears of every new key, so that one that somebody else made does not stay unseen.</summary>
internal sealed class OnApiKeyCreated(Tell tell) : IReaction<ApiKeyCreated>
{
    public Task Handle(ApiKeyCreated happened, CancellationToken stop) =>
        tell.Handle(new Notice(happened.Account, NoticeType.ApiKeyCreated, happened.ApiKey.ToString(), new Facts(), "/account/keys"));
}
