using System.Security.Cryptography;
using System.Text;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>
/// Whose cart is meant: the account's, a guest's (the cookie <c>cart</c>, 256 random bits of which only the hash is stored), or
/// both, when a guest has just signed in. The cookie is no identity, so the API reads and writes with it, too.
/// </summary>
internal sealed record Shopper(Guid? Account, byte[]? TokenHash)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    /// <summary>The guest's cart becomes the account's at the next look.</summary>
    public bool BringsCart => Account is not null && TokenHash is not null;

    public bool HasCart => Account is not null || TokenHash is not null;

    /// <summary>For API handlers: a guest who posts and has no cart yet receives the cookie.</summary>
    public static ValueTask<Shopper> BindAsync(HttpContext http) =>
        ValueTask.FromResult(HttpMethods.IsPost(http.Request.Method) ? WithCookie(http) : Of(http));

    public static Shopper Of(HttpContext http) => new(Caller.From(http.User).AccountOrNull, HashOf(http.Request.Cookies[CookieName(http)]));

    /// <summary>The same, but a guest without a cookie is given one.</summary>
    public static Shopper WithCookie(HttpContext http)
    {
        var shopper = Of(http);
        if (shopper.HasCart) return shopper;
        var token = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
        http.Response.Cookies.Append(CookieName(http), token, Options(http, Remembered));
        return new Shopper(null, HashOf(token));
    }

    /// <summary>After the guest's cart was taken over.</summary>
    public static void Forget(HttpContext http) => http.Response.Cookies.Delete(CookieName(http), Options(http, null));

    /// <summary>The shopper's cart, locked, made when it is missing; a cart that a guest brings is merged into it.</summary>
    public async Task<Cart> Open(OrdersDb db, UnitOfWork work, TimeProvider clock)
    {
        if (!HasCart) throw Refused.NotFound();
        await work.Command(
            "INSERT INTO orders.carts (id, owner, token_hash, created_at, changed_at) VALUES ($1, $2::uuid, $3::bytea, $4, $4) ON CONFLICT DO NOTHING",
            Ids.New(clock), Account, Account is null ? TokenHash : null, clock.GetUtcNow()).Execute();
        var cart = (await Locked(db, Account, Account is null ? TokenHash : null))!;
        if (BringsCart && await Locked(db, null, TokenHash) is { } guests)
        {
            cart.TakeOver(guests, clock);
            db.Carts.Remove(guests);
        }

        return cart;
    }

    // Two statements: the lines are read when the lock is ours.
    private static async Task<Cart?> Locked(OrdersDb db, Guid? account, byte[]? tokenHash)
    {
        var query = account is not null
            ? db.Carts.FromSql($"SELECT * FROM orders.carts WHERE owner = {account} FOR UPDATE")
            : db.Carts.FromSql($"SELECT * FROM orders.carts WHERE token_hash = {tokenHash} FOR UPDATE");
        var cart = (await query.ToListAsync()).SingleOrDefault();
        if (cart is not null) await db.Entry(cart).Collection(c => c.Items).LoadAsync();
        return cart;
    }

    private static byte[]? HashOf(string? token) => token is { Length: 43 } ? SHA256.HashData(Encoding.UTF8.GetBytes(token)) : null;

    // __Host- needs TLS, which a developer's loopback has not.
    private static string CookieName(HttpContext http) => http.Request.IsHttps ? "__Host-cart" : "cart";

    private static CookieOptions Options(HttpContext http, TimeSpan? age) =>
        new() { HttpOnly = true, Secure = http.Request.IsHttps, SameSite = SameSiteMode.Lax, IsEssential = true, Path = "/", MaxAge = age };
}
