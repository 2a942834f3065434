using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Notifications;

internal sealed record UnreadCount(int Count);

/// <summary>The number on the bell, on each page of who is signed in: one look into a small index, which ends at a hundred.</summary>
internal static class CountUnread
{
    private const int Enough = 100;

    public static async Task<UnreadCount> Handle(Caller caller, NpgsqlDataSource source, CancellationToken stop) =>
        new((int)await source.Command("SELECT count(*) FROM notifications.notifications WHERE account = $1 AND state = 'unread'", caller.Account).Scalar<long>(stop));

    /// <summary>"", "7", "99+".</summary>
    public static async Task<string> Badge(Caller caller, NpgsqlDataSource source)
    {
        if (!caller.IsSignedIn) return "";
        var count = await source.Command(
            $"SELECT count(*) FROM (SELECT FROM notifications.notifications WHERE account = $1 AND state = 'unread' LIMIT {Enough}) unread", caller.Account).Scalar<long>();
        return count switch { 0 => "", Enough => "99+", _ => count.ToString(System.Globalization.CultureInfo.InvariantCulture) };
    }

    /// <summary>For the masthead; nothing for guests.</summary>
    public static async Task<object?> Load(HttpContext http, object? model) =>
        Caller.From(http.User) is { IsSignedIn: true } caller ? await Badge(caller, http.RequestServices.GetRequiredService<NpgsqlDataSource>()) : null;
}
