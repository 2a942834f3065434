using Marketplace.Kernel;

namespace Marketplace.Users;

/// <summary>Whether an authenticator app is asked for; its seed and the recovery codes are secrets, and handed to nobody.</summary>
internal sealed class AuthenticatorData(Authenticators authenticators) : IPersonalData
{
    public string Section => "authenticator";

    public async Task<object?> Export(Guid account, CancellationToken stop = default) => await authenticators.State(account, stop) is { IsOn: true } state ? state : null;

    public Task Erase(Guid account) => authenticators.TurnOff(account);
}
