using System.Security.Cryptography;
using System.Text;
using Marketplace.Kernel;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Marketplace.Notifications;

/// <summary>
/// The link at the foot of a mail: says who and which type in a token that only the market can make, so that nobody has to sign in
/// to have peace. Looking at it (mail scanners do) changes nothing; a POST does, from the page or from the mail program's own button.
/// </summary>
internal sealed class Unsubscribe(IDataProtectionProvider protection)
{
    public const string Route = "/unsubscribe/{token}";

    private readonly IDataProtector protector = protection.CreateProtector("notifications.unsubscribe");

    public string Path(Guid account, NoticeType type) =>
        $"/unsubscribe/{WebEncoders.Base64UrlEncode(protector.Protect(Encoding.UTF8.GetBytes($"{account:N} {type}")))}";

    /// <exception cref="Refused">404 for what is no token of ours.</exception>
    public (Guid Account, NoticeType Type) Read(string? token)
    {
        if (string.IsNullOrWhiteSpace(token)) throw Refused.NotFound();
        try
        {
            var parts = Encoding.UTF8.GetString(protector.Unprotect(WebEncoders.Base64UrlDecode(token))).Split(' ');
            if (Enum.TryParse<NoticeType>(parts[1], out var type)) return (Guid.Parse(parts[0]), type);
        }
        catch (Exception error) when (error is CryptographicException or FormatException)
        {
            throw Refused.NotFound();
        }

        throw Refused.NotFound();
    }

    public Task Handle(string token, UnitOfWork work, TimeProvider clock)
    {
        var (account, type) = Read(token);
        return NoticeRule.Of(type).Always ? throw Refused.NotFound() : ChangePreferences.Set(account, [(type, Way.Mail, true)], work, clock);
    }

    /// <summary>A mail program's one click (RFC 8058) wants no redirect; a person wants to see that it worked.</summary>
    public static async Task<IResult> Post(string token, HttpContext http, Unsubscribe unsubscribe, Writes writes, UnitOfWork work, TimeProvider clock)
    {
        await writes.Run(() => unsubscribe.Handle(token, work, clock));
        var oneClick = http.Request.HasFormContentType && (await http.Request.ReadFormAsync(http.RequestAborted)).ContainsKey("List-Unsubscribe");
        return oneClick ? Results.Ok() : Results.LocalRedirect($"/unsubscribe/{token}");
    }
}
