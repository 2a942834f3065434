using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders;

/// <summary>
/// An order was paid: each licence in it gets its contract, once and for good. The blob is written before the row that names it; a crash in
/// between leaves bytes that nobody keeps, and the sweep takes them.
/// </summary>
internal sealed class WriteContracts(
    OrdersDb db, IUsers users, Blobs blobs, Secrets secrets, ContractTemplate template, IStringLocalizer<Marketplace.Catalog.Texts> words, TimeProvider clock) : IReaction<OrderPaid>
{
    public async Task Handle(OrderPaid happened, CancellationToken stop)
    {
        var order = await db.Orders.AsNoTracking().AsSplitQuery().Include(o => o.Items).ThenInclude(i => i.Files).SingleAsync(o => o.Id == happened.Order, stop);
        var made = await db.Contracts.Where(c => db.Items.Any(i => i.Id == c.ItemId && i.OrderId == order.Id)).Select(c => c.ItemId).ToListAsync(stop);
        var due = order.Items.Where(i => Contract.Belongs(i) && !made.Contains(i.Id)).OrderBy(i => i.Line).ToList();
        if (due.Count == 0) return;

        var people = await users.People([order.Buyer, .. due.Select(i => i.Seller).Distinct()], stop);
        var language = template.Speaks(order.Language);
        foreach (var item in due)
        {
            var bytes = Encoding.UTF8.GetBytes(Text(order, item, language, people));
            var blob = await blobs.Stage(new MemoryStream(secrets.Seal(Contract.Row(item.Id), bytes)), "application/octet-stream", 10_000_000, stop);
            await blobs.Keep(blob.Key);
            db.Contracts.Add(new Contract(item.Id, template.Version, language, SHA256.HashData(bytes), blob.Key, clock.GetUtcNow()));
        }
    }

    private string Text(Order order, OrderItem item, string language, IReadOnlyDictionary<Guid, Person> people)
    {
        var culture = CultureInfo.GetCultureInfo(language);
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["number"] = $"{order.Number}-{item.Line}",
            ["order"] = order.Number.ToString(CultureInfo.InvariantCulture),
            ["date"] = order.PaidAt!.Value.UtcDateTime.ToString("d MMMM yyyy", culture),
            ["seller"] = Named(people[item.Seller]),
            ["shop"] = item.ShopName,
            ["buyer"] = Named(people[order.Buyer]),
            ["title"] = item.Title,
            ["licence"] = In(culture, item.Licence),
            ["terms"] = item.Terms,
            ["price"] = Money.Of(item.Gross, order.Currency).ToString(culture),
        };
        return template.Render(language, values, item.Files.OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["file"] = f.Name,
            ["size"] = f.Size.ToString("N0", culture),
            ["sha"] = Convert.ToHexStringLower(f.Sha256),
        }));
    }

    private static string Named(Person person) => $"{person.DisplayName} (@{person.Username})";

    // Names of the usual licences are known in every language; the terms stay in the words in which they were bought.
    private string In(CultureInfo culture, string text)
    {
        var before = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = culture;
            return words[text];
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
