using Marketplace.Kernel;

namespace Marketplace.Users;

/// <summary>
/// Whether an authenticator app is asked for (users.authenticators, users.recovery_codes); its seed and the codes are secrets, and handed to
/// nobody.
/// </summary>
internal sealed class AuthenticatorData(Authenticators authenticators) : IPersonalData
{
    public string Section => "authenticator";

    public string About => "The authenticator app that guards your account.";

    public async Task<object?> Export(Guid account, CancellationToken stop = default) => await authenticators.State(account, stop) is { IsOn: true } state ? state : null;

    public Task Erase(Guid account) => authenticators.TurnOff(account);
}
