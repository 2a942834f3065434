using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>Where one person sells. Its currency is that of all its prices and never changes.</summary>
internal sealed class Shop
{
    public const int NameLength = 60, DescriptionLength = 2000;

    public const int AnnouncementLength = 300, PolicyLength = 5000, MostLinks = 6;

    private Shop()
    {
    }

    public Guid Id { get; private set; }

    public Guid OwnerId { get; private set; }

    public string Slug { get; private set; } = "";

    public string Name { get; private set; } = "";

    public string Description { get; private set; } = "";

    public Currency Currency { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public int Version { get; private set; }

    /// <summary>What it publishes is on sale without a review.</summary>
    public bool Trusted { get; private set; }

    public long CompletedSales { get; private set; }

    /// <summary>Its owner is suspended or banned: neither it nor what it sells can be found or bought.</summary>
    public bool Withheld { get; private set; }

    public ShopPlan Plan { get; private set; }

    /// <summary>One or two lines above the shelves.</summary>
    public string Announcement { get; private set; } = "";

    // What it promises its buyers, in Markdown.
    public string Shipping { get; private set; } = "";

    public string Returns { get; private set; } = "";

    public string Refunds { get; private set; } = "";

    public string Terms { get; private set; } = "";

    /// <summary>Where else it can be found.</summary>
    public string[] Links { get; private set; } = [];

    public DateTimeOffset? AwayFrom { get; private set; }

    public DateTimeOffset? AwayUntil { get; private set; }

    public string AwayMessage { get; private set; } = "";

    public string? LogoKey { get; private set; }

    public string? LogoType { get; private set; }

    public string? LogoVersion { get; private set; }

    public string? BannerKey { get; private set; }

    public string? BannerType { get; private set; }

    public string? BannerVersion { get; private set; }

    public static Shop Open(Guid id, Guid owner, string name, string description, Currency currency, DateTimeOffset now) => new()
    {
        Id = id,
        OwnerId = owner,
        Slug = Slugs.From(name, 60) is { Length: > 0 } slug ? slug : $"shop-{Slugs.Tail(id)}",
        Name = Words.Line(name),
        Description = Words.Text(description),
        Currency = currency,
        CreatedAt = now,
        Version = 1,
    };

    /// <returns>Whether that is news.</returns>
    public bool Trust(bool trusted)
    {
        var news = Trusted != trusted;
        Trusted = trusted;
        return news;
    }

    /// <summary>Other words: what is not said stays. The address stays in any case, because others link to it.</summary>
    public void Describe(EditShop.Request said)
    {
        Name = Words.Line(said.Name ?? Name);
        Description = Words.Text(said.Description ?? Description);
        Announcement = Words.Text(said.Announcement ?? Announcement);
        Shipping = Words.Text(said.Shipping ?? Shipping);
        Returns = Words.Text(said.Returns ?? Returns);
        Refunds = Words.Text(said.Refunds ?? Refunds);
        Terms = Words.Text(said.Terms ?? Terms);
        if (said.Links is { } links) Links = links.Select(ShopLinks.Clean).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        Version++;
    }

    /// <summary>Another address; the old one leads there.</summary>
    public void Move(string slug)
    {
        Slug = slug;
        Version++;
    }

    /// <summary>Shows what it has and sells nothing of it for a while.</summary>
    public void GoAway(DateTimeOffset from, DateTimeOffset? until, string message)
    {
        (AwayFrom, AwayUntil, AwayMessage) = (from, until, Words.Text(message));
        Version++;
    }

    /// <returns>False: it was not away.</returns>
    public bool ComeBack()
    {
        if (AwayFrom is null) return false;
        (AwayFrom, AwayUntil, AwayMessage) = (null, null, "");
        Version++;
        return true;
    }

    public void Subscribe(ShopPlan plan)
    {
        Plan = plan;
        Version++;
    }

    /// <returns>The key of the one that it replaces.</returns>
    public string? Show(ShopPicture picture, Blob? blob)
    {
        var old = picture == ShopPicture.Logo ? LogoKey : BannerKey;
        var version = blob is null ? null : Convert.ToHexStringLower(blob.Sha256.AsSpan(0, 8));
        if (picture == ShopPicture.Logo) (LogoKey, LogoType, LogoVersion) = (blob?.Key, blob?.ContentType, version);
        else (BannerKey, BannerType, BannerVersion) = (blob?.Key, blob?.ContentType, version);
        Version++;
        return old;
    }
}
