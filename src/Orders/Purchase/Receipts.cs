using System.Security.Cryptography;
using Marketplace.Kernel;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>
/// An order's receipt for who holds its link and is not signed in. The link's token is the order's id with a mark that only this market can
/// make, so nothing of it needs to be stored.
/// </summary>
internal sealed class Receipts(OrdersDb db, Secrets secrets, CartReminders reminders, UnitOfWork work, Npgsql.NpgsqlDataSource source) : IOrders
{
    private const int IdSize = 16, MarkSize = 32;

    public async Task<string?> ReceiptPath(Guid order, CancellationToken stop = default) =>
        await db.Orders.AnyAsync(o => o.Id == order, stop) ? "/receipt/" + WebEncoders.Base64UrlEncode([.. order.ToByteArray(bigEndian: true), .. Mark(order)]) : null;

    public async Task<IReadOnlySet<Guid>> AccessOf(Guid account, CancellationToken stop = default) =>
        (await db.Grants.AsNoTracking().Where(g => g.Account == account && g.GrantedAt != null && g.RevokedAt == null && (g.TargetKind == AccessKind.Membership || g.TargetKind == AccessKind.Course || g.TargetKind == AccessKind.WebinarSeat))
            .Select(g => g.Target).ToListAsync(stop)).Select(t => Guid.Parse(t)).ToHashSet();

    public async Task<bool> HasAccess(Guid account, AccessKind kind, string target, CancellationToken stop = default)
    {
        const string sql = "SELECT EXISTS (SELECT FROM orders.access_held WHERE account = $1 AND target_kind = $2 AND target = $3 AND sources > 0)";
        return await (work.IsOpen ? work.Command(sql, account, kind.ToText(), target) : source.Command(sql, account, kind.ToText(), target)).Scalar<bool>(stop);
    }

    public Task<string?> OpenCartReminder(Guid reminder, byte[] sealedToken, CancellationToken stop = default) => reminders.PathOf(reminder, sealedToken, stop);

    /// <exception cref="Refused">404: no such receipt.</exception>
    public async Task<Order> Open(string token, CancellationToken stop)
    {
        var bytes = token.Length == 64 && token.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? WebEncoders.Base64UrlDecode(token) : [];
        if (bytes.Length != IdSize + MarkSize) throw Refused.NotFound();
        var order = new Guid(bytes.AsSpan(0, IdSize), bigEndian: true);
        if (!CryptographicOperations.FixedTimeEquals(bytes.AsSpan(IdSize), Mark(order))) throw Refused.NotFound();
        return await db.Orders.AsNoTracking().Include(o => o.Items).SingleOrDefaultAsync(o => o.Id == order, stop) ?? throw Refused.NotFound();
    }

    private byte[] Mark(Guid order) => secrets.Mark($"orders.receipt/{order}");
}
