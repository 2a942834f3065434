using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Users;

/// <summary>
/// For which site passkeys are made: fixed by the configuration, never taken from a request. A passkey is good for its domain alone, so that
/// a page which looks like ours gets nothing.
/// </summary>
internal sealed class PasskeySettings
{
    private readonly string? origin;

    /// <exception cref="InvalidOperationException">It says what is wrong.</exception>
    public PasskeySettings(IConfiguration configuration, IHostEnvironment environment)
    {
        var given = configuration["Users:Passkeys:Origin"] ?? configuration["Host:PublicUrl"];
        var site = given is null ? null : Uri.TryCreate(given, UriKind.Absolute, out var url) ? url : throw new InvalidOperationException("Users__Passkeys__Origin is the address that people see, like https://market.example.");
        origin = site?.GetLeftPart(UriPartial.Authority);
        Domain = configuration["Users:Passkeys:Domain"] ?? site?.Host ?? (environment.IsDevelopment() ? "localhost" : null);
        if (site is not null && Domain is not null && site.Host != Domain && !site.Host.EndsWith($".{Domain}", StringComparison.OrdinalIgnoreCase))
            throw new InvalidOperationException("Users__Passkeys__Domain must be the host of Users__Passkeys__Origin, or a domain above it.");
    }

    /// <summary>Null: nothing says where the market is, and there are no passkeys.</summary>
    public string? Domain { get; }

    public void Apply(IdentityPasskeyOptions passkeys)
    {
        passkeys.ServerDomain = Domain;
        passkeys.UserVerificationRequirement = "required";
        passkeys.ResidentKeyRequirement = "preferred";
        passkeys.AuthenticatorTimeout = PasskeyCeremony.Patience;
        passkeys.ValidateOrigin = context => ValueTask.FromResult(!context.CrossOrigin && IsOurs(context.Origin));
    }

    // On a developer's machine the port changes from run to run.
    internal bool IsOurs(string asked) => origin is not null
        ? asked == origin
        : Domain == "localhost" && Uri.TryCreate(asked, UriKind.Absolute, out var url) && url is { Host: "localhost", Scheme: "http" or "https" };
}
