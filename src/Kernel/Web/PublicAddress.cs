using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Kernel;

/// <summary>Where people reach this market: for links that are followed from elsewhere.</summary>
/// <exception cref="InvalidOperationException"><c>Host:PublicUrl</c> is no address.</exception>
public sealed class PublicAddress
{
    private readonly string? given;
    private readonly IServer server;

    public PublicAddress(IConfiguration configuration, IServer server)
    {
        this.server = server;
        given = configuration["Host:PublicUrl"]?.TrimEnd('/');
        if (given is not null && !(Uri.TryCreate(given, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
            throw new InvalidOperationException("Host__PublicUrl is the address that people see, like https://market.example.");
    }

    public bool IsGiven => given is not null;

    /// <summary>A page of this market as an address that works everywhere.</summary>
    public string Of(string path) => (given ?? Listening()) + path;

    // A developer's host has no other address than the one where it listens.
    private string Listening() =>
        (server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://localhost").TrimEnd('/')
            .Replace("//[::]", "//localhost", StringComparison.Ordinal).Replace("//+", "//localhost", StringComparison.Ordinal).Replace("//0.0.0.0", "//localhost", StringComparison.Ordinal);
}
