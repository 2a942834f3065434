using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>A page that the market's team writes: its words are versions, of which one may be public.</summary>
internal sealed class CmsPage
{
    public const int TitleLength = 80, SummaryLength = 200, BodyLength = 50_000;

    private CmsPage()
    {
    }

    public Guid Id { get; private set; }

    public string Slug { get; private set; } = "";

    /// <summary>A link at the foot of every page.</summary>
    public bool InFooter { get; private set; }

    public int Position { get; private set; }

    /// <summary>The newest.</summary>
    public int Version { get; private set; }

    /// <summary>The public one; null: none is.</summary>
    public int? LiveVersion { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>When a version became public last.</summary>
    public DateTimeOffset? PublishedAt { get; private set; }

    public static CmsPage Make(Guid id, string slug, DateTimeOffset now) => new() { Id = id, Slug = slug, CreatedAt = now, Version = 1 };

    public void Place(string slug, bool inFooter, int position) => (Slug, InFooter, Position) = (slug, inFooter, position);

    public void Write() => Version++;

    public void Publish(DateTimeOffset now) => (LiveVersion, PublishedAt) = (Version, now);

    public void Withdraw() => LiveVersion = null;
}

/// <summary>One version in one language; never changed.</summary>
/// <param name="Summary">For search engines and those who share the page.</param>
/// <param name="Body">Markdown, without HTML.</param>
internal sealed record PageText(string Title, string Summary, string Body);
