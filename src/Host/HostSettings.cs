using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Marketplace.Kernel;

namespace Marketplace.Host;

/// <summary>What the configuration says, checked. In development everything has a default; elsewhere secrets must be given.</summary>
internal sealed class HostSettings
{
    public HostSettings(IConfiguration configuration, IHostEnvironment environment)
    {
        var home = Path.GetFullPath(configuration["Marketplace:Home"] ?? ".local");
        Directory.CreateDirectory(home);
        CookiePrefix = environment.IsDevelopment() ? "" : "__Host-";
        Proxies = [.. (configuration["Host:Proxies"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Network)];
        Database = new DatabaseOptions
        {
            ConnectionString = configuration.GetConnectionString("Marketplace"),
            LocalDirectory = Path.Combine(home, "postgres"),
            WorkingRole = configuration["Marketplace:WorkingRole"] ?? Marketplace.Kernel.Database.AppRole,
        };
        Kernel = new KernelOptions
        {
            MasterKey = configuration["Marketplace:MasterKey"] ?? DevelopmentKey(home, environment),
            BlobDirectory = configuration["Marketplace:Blobs"] ?? Path.Combine(home, "blobs"),
            BackgroundWork = configuration.GetValue("Marketplace:BackgroundWork", true),
        };
    }

    public DatabaseOptions Database { get; }

    public KernelOptions Kernel { get; }

    /// <summary><c>__Host-</c> needs TLS, which a developer's loopback has not.</summary>
    public string CookiePrefix { get; }

    /// <summary>Who is believed about where a request came from; none given: this machine.</summary>
    public IReadOnlyList<IPNetwork> Proxies { get; }

    private static IPNetwork Network(string range) =>
        IPNetwork.TryParse(range, out var network) ? network
        : IPAddress.TryParse(range, out var address) ? new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
        : throw new InvalidOperationException($"Host__Proxies has '{range}', which is no address and no range like 10.0.0.0/8.");

    private static string DevelopmentKey(string home, IHostEnvironment environment)
    {
        if (!environment.IsDevelopment())
            throw new InvalidOperationException("Set Marketplace__MasterKey: 32 random bytes in base64 (openssl rand -base64 32). Without it nothing that is sealed can be read again.");

        var file = Path.Combine(home, "master.key");
        if (!File.Exists(file)) File.WriteAllText(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        return File.ReadAllText(file).Trim();
    }
}
