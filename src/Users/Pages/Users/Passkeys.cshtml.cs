using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Npgsql;

namespace Marketplace.Users.Pages;

/// <summary>One's own passkeys.</summary>
[Authorize]
internal sealed class PasskeysPage(Caller caller, NpgsqlDataSource source) : FormPage
{
    public IReadOnlyList<OwnPasskey> Passkeys { get; private set; } = [];

    public override async Task Load() => Passkeys = await ListPasskeys.Handle(caller, source);
}
