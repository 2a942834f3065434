using System.Security.Cryptography;
using System.Text;
using FluentValidation;
using Marketplace.Kernel;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>A link to a bought file. Its token is shown once; only its hash is kept, so a replay of this call makes another.</summary>
internal static class MakeDownloadLink
{
    /// <param name="FileId">Which file of the line; may be left out when it has one.</param>
    public sealed record Request(Guid? FileId = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.FileId).NotEqual(Guid.Empty);
    }

    /// <param name="Url">Path on this site; open it to download.</param>
    public sealed record Reply(string Url, string FileName, long Size, int MaxDownloads, DateTimeOffset ExpiresAt);

    /// <exception cref="Refused">404; 409 <c>not_available</c>; 422 <c>file_required</c>; 429 <c>too_many_links</c>.</exception>
    public static async Task<Reply> Handle(Guid item, Request request, Caller caller, OrdersDb db, TimeProvider clock)
    {
        // Locked, so that five at once are not each the fifth.
        var line = (await db.Items.FromSql($"SELECT * FROM orders.order_items WHERE id = {item} AND buyer = {caller.Account} FOR UPDATE").ToListAsync()).SingleOrDefault();
        if (line is { State: ItemState.Paid }) throw new Refused("not_available", 409, "The files of this purchase are not ready yet.");
        if (line is { Disputed: > 0 }) throw new Refused("purchase_disputed", 409, "Your bank disputes the payment of this: its files are closed until that is decided.");
        if (line is not { Opens: true }) throw Refused.NotFound();

        var files = await db.Files.AsNoTracking().Where(f => f.ItemId == item).ToListAsync();
        var file = request.FileId is { } id ? files.Find(f => f.Id == id) ?? throw Refused.NotFound()
            : files.Count == 1 ? files[0]
            : throw new Refused("file_required", 422, "This purchase has several files: say which one.");

        var now = clock.GetUtcNow();
        var today = await db.Links.AsNoTracking().Where(l => l.FileId == file.Id && l.CreatedAt > now - DownloadLink.Life).Select(l => l.CreatedAt).ToListAsync();
        if (today.Count >= DownloadLink.LinksADay)
        {
            throw new Refused("too_many_links", 429, "You have asked for this file's link often today. Try again tomorrow.")
            {
                RetryAfter = today.Min() + DownloadLink.Life - now,
            };
        }

        var token = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
        var link = new DownloadLink(Ids.New(clock), HashOf(token), caller.Account, file, now);
        db.Links.Add(link);
        return new Reply($"/downloads/{token}", file.Name, file.Size, link.Max, link.ExpiresAt);
    }

    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
