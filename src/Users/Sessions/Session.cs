using System.Net;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Kernel;
using Microsoft.AspNetCore.WebUtilities;

namespace Marketplace.Users;

internal enum Platform
{
    Market,
    Weokto,
    Stam,
}

/// <summary>A place where somebody is signed in. The token is told once; only its hash is kept.</summary>
internal sealed class Session
{
    public const int TokenLength = 43;

    private Session()
    {
    }

    public Guid Id { get; private set; }

    public Guid Account { get; private set; }

    public byte[] TokenHash { get; private set; } = [];

    public Platform Platform { get; private set; }

    public string UserAgent { get; private set; } = "";

    public IPAddress? Address { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset LastSeenAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>When the person last gave a password, code or passkey here.</summary>
    public DateTimeOffset ProvedAt { get; private set; }

    /// <summary>The member of staff who looks through the account's eyes.</summary>
    public Guid? Impersonator { get; private set; }

    public static readonly TimeSpan ImpersonationLife = TimeSpan.FromMinutes(30);

    public static Session OpenFor(Guid account, Guid impersonator, Visit visit, TimeProvider clock, out string token)
    {
        var session = Open(account, visit, Platform.Market, proved: false, clock, out token);
        session.Impersonator = impersonator;
        return session;
    }

    /// <param name="proved">False: by what alone is no proof for what needs a fresh one.</param>
    public static Session Open(Guid account, Visit visit, Platform platform, bool proved, TimeProvider clock, out string token)
    {
        token = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
        return new Session
        {
            Id = Ids.New(clock),
            Account = account,
            TokenHash = HashOf(token),
            Platform = platform,
            UserAgent = visit.UserAgent,
            Address = visit.Address,
            CreatedAt = clock.GetUtcNow(),
            LastSeenAt = clock.GetUtcNow(),
            ProvedAt = proved ? clock.GetUtcNow() : DateTimeOffset.UnixEpoch,
        };
    }

    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>How long a session lives unused, and at most. Who holds rights could do more harm, and signs in more often.</summary>
    public static (TimeSpan Idle, TimeSpan Absolute) Lifetime(bool holdsRights) =>
        holdsRights ? (TimeSpan.FromMinutes(30), TimeSpan.FromHours(12)) : (TimeSpan.FromDays(14), TimeSpan.FromDays(90));

    public static bool IsAlive(DateTimeOffset createdAt, DateTimeOffset lastSeenAt, bool holdsRights, DateTimeOffset now)
    {
        var (idle, absolute) = Lifetime(holdsRights);
        return now < createdAt + absolute && now < lastSeenAt + idle;
    }
}
