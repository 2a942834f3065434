using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>Where one person sells. Its currency is that of all its prices and never changes.</summary>
internal sealed class Shop
{
    public const int NameLength = 60, DescriptionLength = 2000;

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

    /// <summary>Another name or other words; the address stays, because others link to it.</summary>
    public void Describe(string name, string description)
    {
        Name = Words.Line(name);
        Description = Words.Text(description);
        Version++;
    }
}
