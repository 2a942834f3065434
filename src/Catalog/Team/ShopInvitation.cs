using System.Security.Cryptography;
using Marketplace.Kernel;
using Microsoft.AspNetCore.WebUtilities;

namespace Marketplace.Catalog;

/// <summary>
/// Asks somebody to join the team: 256 random bits of which only the hash is kept, good for seven days, for one use and for one address.
/// The token travels to the mailer sealed.
/// </summary>
internal sealed class ShopInvitation
{
    public const int TokenLength = 43;

    public static readonly TimeSpan Life = TimeSpan.FromDays(7);

    private ShopInvitation()
    {
    }

    public Guid Id { get; private set; }

    public Guid ShopId { get; private set; }

    public string Email { get; private set; } = "";

    public ShopRole Role { get; private set; }

    public byte[] TokenHash { get; private set; } = [];

    public Guid InvitedBy { get; private set; }

    public DateTimeOffset InvitedAt { get; private set; }

    /// <summary>When its newest mail was asked for.</summary>
    public DateTimeOffset SentAt { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    /// <summary>Accepted or revoked.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    public Guid? AcceptedBy { get; private set; }

    /// <returns>It and its token.</returns>
    public static (ShopInvitation Invitation, byte[] Token) Make(Guid shop, string email, ShopRole role, Guid by, TimeProvider clock)
    {
        var invitation = new ShopInvitation { Id = Ids.New(clock), ShopId = shop, Email = Plain(email), Role = role, InvitedBy = by, InvitedAt = clock.GetUtcNow() };
        return (invitation, invitation.Send(clock.GetUtcNow()));
    }

    /// <summary>A new token and seven days more: the link that was mailed before is worth nothing.</summary>
    public byte[] Send(DateTimeOffset now)
    {
        var token = RandomNumberGenerator.GetBytes(32);
        (TokenHash, SentAt, ExpiresAt) = (HashOf(WebEncoders.Base64UrlEncode(token)), now, now + Life);
        return token;
    }

    public void Revoke(DateTimeOffset now) => EndedAt ??= now > SentAt ? now : SentAt;

    public ShopMember Accept(Guid account, DateTimeOffset now)
    {
        (EndedAt, AcceptedBy) = (now > SentAt ? now : SentAt, account);
        return new ShopMember(ShopId, account, Role, now);
    }

    /// <summary>One spelling of an address: letters of either size reach the same person.</summary>
    public static string Plain(string email) => email.Trim().ToLowerInvariant();

    public static byte[] HashOf(string token) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token));

    /// <summary>As what its token is sealed.</summary>
    public static string Row(Guid id) => $"catalog.shop_invitations/{id}";
}
