using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>A shop as others see it.</summary>
/// <param name="Announcement">One or two lines; may be empty.</param>
/// <param name="Links">Where else it can be found: whole addresses.</param>
/// <param name="Vacation">Null: it sells.</param>
/// <param name="CompletedSales">What its buyers have received and kept.</param>
internal sealed record ShopView(
    Guid Id, string Slug, string Name, string Description, Currency Currency, DateTimeOffset CreatedAt, int Version, string Announcement, IReadOnlyList<string> Links, ShopPolicies Policies,
    string? LogoUrl, string? BannerUrl, ShopVacation? Vacation, long CompletedSales)
{
    public const string Columns =
        "s.id, s.slug, s.name, s.description, s.currency, s.created_at, s.version, s.owner_id, s.announcement, s.links, s.shipping, s.returns, s.refunds, s.terms, s.logo_version, s.banner_version, s.away_from, s.away_until, s.away_message, s.completed_sales";

    public const int Count = 20;

    public static ShopView Of(Shop s) => new(
        s.Id, s.Slug, s.Name, s.Description, s.Currency, s.CreatedAt, s.Version, s.Announcement, s.Links, new ShopPolicies(s.Shipping, s.Returns, s.Refunds, s.Terms),
        ShopPictures.Url(s.Id, ShopPicture.Logo, s.LogoVersion), ShopPictures.Url(s.Id, ShopPicture.Banner, s.BannerVersion),
        s.AwayFrom is { } from ? new ShopVacation(from, s.AwayUntil, s.AwayMessage) : null, s.CompletedSales);

    public static (ShopView Shop, Guid Owner) Read(NpgsqlDataReader r)
    {
        var id = r.GetGuid(0);
        return (new ShopView(
            id, r.GetString(1), r.GetString(2), r.GetString(3), Currency.Of(r.GetString(4)), r.GetFieldValue<DateTimeOffset>(5), r.GetInt32(6), r.GetString(8), r.GetFieldValue<string[]>(9),
            new ShopPolicies(r.GetString(10), r.GetString(11), r.GetString(12), r.GetString(13)),
            ShopPictures.Url(id, ShopPicture.Logo, r.IsDBNull(14) ? null : r.GetString(14)), ShopPictures.Url(id, ShopPicture.Banner, r.IsDBNull(15) ? null : r.GetString(15)),
            r.IsDBNull(16) ? null : new ShopVacation(r.GetFieldValue<DateTimeOffset>(16), r.IsDBNull(17) ? null : r.GetFieldValue<DateTimeOffset>(17), r.GetString(18)), r.GetInt64(19)), r.GetGuid(7));
    }
}

/// <summary>What a shop promises, in Markdown; each may be empty.</summary>
internal sealed record ShopPolicies(string Shipping, string Returns, string Refunds, string Terms)
{
    public bool Any => Shipping.Length + Returns.Length + Refunds.Length + Terms.Length > 0;

    /// <summary>Those that say something, with their English headings.</summary>
    public IEnumerable<(string Heading, string Text)> Said =>
        new[] { ("Delivery", Shipping), ("Returns", Returns), ("Refunds", Refunds), ("Terms of the shop", Terms) }.Where(p => p.Item2.Length > 0);
}

/// <param name="Until">Null: until it says so.</param>
/// <param name="Message">For buyers; may be empty.</param>
internal sealed record ShopVacation(DateTimeOffset From, DateTimeOffset? Until, string Message)
{
    /// <summary>SQL: shop <c>s</c> is away at the time of the parameter.</summary>
    public static string Sql(string now) => $"(s.away_from <= {now} AND (s.away_until IS NULL OR s.away_until > {now}))";

    public bool Covers(DateTimeOffset now) => From <= now && (Until is null || Until > now);
}
