using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>
/// draft → pending → active ⇄ paused → archived; pending → rejected → (changed) pending. Trusted shops skip pending. Only what is
/// active can be found, seen by others and bought.
/// </summary>
internal enum ProductState
{
    Draft,

    /// <summary>Waits for a moderator.</summary>
    Pending,
    Active,

    /// <summary>Sent back by a moderator, with a note.</summary>
    Rejected,
    Paused,
    Archived,

    /// <summary>On sale, were its seller not suspended or banned: only their reinstatement changes it, back to active.</summary>
    Withheld,
}

/// <summary>Something that a shop sells, under one or more offers.</summary>
internal sealed class Product
{
    public const int TitleLength = 80, DescriptionLength = 5000, MaxTags = 10, TagLength = 30, MaxFiles = 10;

    private readonly List<ProductOffer> offers = [];
    private readonly List<OriginalFile> files = [];

    private Product()
    {
    }

    public Guid Id { get; private set; }

    public Guid ShopId { get; private set; }

    public string Kind { get; private set; } = "";

    public string Slug { get; private set; } = "";

    public string Title { get; private set; } = "";

    public string Description { get; private set; } = "";

    public ProductState State { get; private set; }

    /// <summary>The facts of its kind, as its kind cleaned them.</summary>
    public JsonElement Details { get; private set; }

    public string[] Tags { get; private set; } = [];

    public Currency Currency { get; private set; }

    /// <summary>The cheapest offer on sale.</summary>
    public long? PriceFrom { get; private set; }

    /// <summary>Of the offers on sale: search filters by them.</summary>
    public string[] Licences { get; private set; } = [];

    public string? CoverKey { get; private set; }

    public string? CoverType { get; private set; }

    public string? CoverVersion { get; private set; }

    public string? PreviewKey { get; private set; }

    public string? PreviewType { get; private set; }

    public string? PreviewVersion { get; private set; }

    /// <summary>The preview was made of the original; one that the seller uploads replaces it.</summary>
    public bool PreviewMade { get; private set; }

    public float[]? Peaks { get; private set; }

    public long SoldCount { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? PublishedAt { get; private set; }

    /// <summary>Since when it waits for a moderator.</summary>
    public DateTimeOffset? PendingSince { get; private set; }

    /// <summary>The version that the last verdict made: what was sent back has another one when it was changed since.</summary>
    public int? JudgedVersion { get; private set; }

    /// <summary>Until when it may be on sale; null: for ever.</summary>
    public DateTimeOffset? EndsAt { get; private set; }

    /// <summary>What its shop calls it in its own books, once a shop: imports find it by that again.</summary>
    public string? ExternalId { get; private set; }

    /// <summary>Its shelf.</summary>
    public string Category { get; private set; } = "";

    public int Version { get; private set; }

    /// <summary>Withdrawn ones too.</summary>
    public IReadOnlyCollection<ProductOffer> Offers => offers;

    /// <summary>Withdrawn ones too.</summary>
    public IReadOnlyCollection<OriginalFile> Files => files;

    public IEnumerable<ProductOffer> OffersOnSale => offers.Where(o => o.WithdrawnAt is null).OrderBy(o => o.Position);

    public IEnumerable<OriginalFile> FilesForBuyers => files.Where(f => f.WithdrawnAt is null).OrderBy(f => f.Position);

    /// <summary>What decides whether it can be published.</summary>
    public Readiness Readiness => new(Details, [.. OffersOnSale.Select(o => o.Details)], FilesForBuyers.Any(), CoverKey is not null, PreviewKey is not null);

    public static Product Draft(Guid id, Shop shop, ProductKind kind, string slug, string title, DateTimeOffset now) => new()
    {
        Id = id,
        ShopId = shop.Id,
        Kind = kind.Key,
        Slug = slug,
        Title = Words.Line(title),
        State = ProductState.Draft,
        Details = JsonSerializer.SerializeToElement(new { }),
        Category = kind.UsualCategory,
        Currency = shop.Currency,
        CreatedAt = now,
        Version = 1,
    };

    public void Describe(string? title, string? description, IEnumerable<string>? tags, JsonElement? details)
    {
        if (title is not null) Title = Words.Line(title);
        if (description is not null) Description = Words.Text(description);
        if (tags is not null) Tags = Clean(tags);
        if (details is not null) Details = details.Value;
        Version++;
    }

    public static string[] Clean(IEnumerable<string> tags) => [.. tags.Select(t => Words.Line(t).ToLowerInvariant()).Where(t => t.Length > 0).Distinct(StringComparer.Ordinal)];

    /// <summary>These offers from now on, in this order: others are withdrawn, a way that returns keeps its id.</summary>
    public void Offer(IReadOnlyList<OfferLine> lines, ProductKind kind, TimeProvider clock)
    {
        foreach (var gone in offers.Where(o => lines.All(l => l.Way != o.Way))) gone.Withdraw(clock.GetUtcNow());
        for (var position = 0; position < lines.Count; position++)
        {
            var line = lines[position];
            var offer = offers.Find(o => o.Way == line.Way);
            if (offer is null) offers.Add(offer = new ProductOffer(Ids.New(clock), Id, line.Way, Currency));
            offer.Set(line, kind, position);
        }

        PriceFrom = OffersOnSale.Select(o => (long?)o.PriceAmount).Min();
        Licences = OffersOnSale.Select(o => Naming.Snake(o.Licence.ToString())).Distinct().ToArray();
    }

    /// <summary>What follows from its facts: until when it is sold, and its price where its seller does not write one.</summary>
    public void Follow(ProductKind kind, TimeProvider clock)
    {
        EndsAt = kind.EndsAt(Details);
        if (!kind.PricesAreTyped) Offer(kind.PriceOf(Details, Currency) is { } price ? [new OfferLine(kind.Licences[0].Licence, price)] : [], kind, clock);
    }

    /// <summary>Another address; the old one leads there.</summary>
    public void Move(string slug)
    {
        Slug = slug;
        Version++;
    }

    /// <summary>Its shelf; that there is such a one, the database knows.</summary>
    public void Shelve(string category)
    {
        Category = category;
        Version++;
    }

    /// <summary>What its shop calls it; buyers never see it.</summary>
    public void KnownAs(string externalId) => ExternalId = externalId;

    /// <summary>On sale at once when its shop is trusted or it was on sale before; else it waits for a moderator.</summary>
    /// <exception cref="Refused">409 <c>product_archived</c>, <c>unchanged</c> since it was sent back, <c>not_ready</c> with what is missing, <c>in_the_past</c>.</exception>
    public void Publish(ProductKind kind, Shop shop, DateTimeOffset now)
    {
        if (State == ProductState.Archived) throw new Refused("product_archived", 409, "This product was archived.");
        MustBeSellable(kind, now);
        var free = shop.Trusted || State == ProductState.Paused;
        if (State is ProductState.Active or ProductState.Withheld || (State == ProductState.Pending && !free)) return;
        if (State == ProductState.Rejected && !free && Version == JudgedVersion) throw new Refused("unchanged", 409, "Change what the note asks for, then send it again.");
        if (free) GoOnSale(shop, now);
        else (State, PendingSince) = (ProductState.Pending, now);
        Version++;
    }

    /// <exception cref="Refused">409 <c>not_ready</c>: something went missing while it waited; <c>in_the_past</c>.</exception>
    public void Approve(ProductKind kind, Shop shop, DateTimeOffset now)
    {
        MustBeSellable(kind, now);
        GoOnSale(shop, now);
        JudgedVersion = ++Version;
    }

    /// <summary>Back to its seller, who reads why.</summary>
    public void SendBack()
    {
        (State, PendingSince) = (ProductState.Rejected, null);
        JudgedVersion = ++Version;
    }

    private void GoOnSale(Shop shop, DateTimeOffset now)
    {
        (State, PendingSince) = (shop.Withheld ? ProductState.Withheld : ProductState.Active, null);
        PublishedAt ??= now;
    }

    /// <summary>Off sale for a while; nobody but its seller sees it.</summary>
    /// <exception cref="Refused">409 <c>not_on_sale</c>.</exception>
    public void Pause()
    {
        if (State == ProductState.Paused) return;
        if (State != ProductState.Active) throw new Refused("not_on_sale", 409, "This product is not on sale.");
        State = ProductState.Paused;
        Version++;
    }

    /// <summary>Its hour has come; nothing when that is not so.</summary>
    public void End(DateTimeOffset now)
    {
        if (State is not (ProductState.Active or ProductState.Pending) || EndsAt is not { } end || end > now) return;
        (State, PendingSince) = (ProductState.Paused, null);
        Version++;
    }

    /// <summary>Gone from sale for good; its buyers keep it.</summary>
    public void Archive()
    {
        if (State == ProductState.Archived) return;
        (State, PendingSince) = (ProductState.Archived, null);
        Version++;
    }

    /// <summary>What is on sale must stay complete.</summary>
    /// <exception cref="Refused">409 <c>not_ready</c>.</exception>
    public void MustBeReady(ProductKind kind) => MustBeReady(kind, Readiness);

    /// <inheritdoc cref="MustBeReady(ProductKind)"/>
    public static void MustBeReady(ProductKind kind, Readiness readiness)
    {
        var missing = kind.Missing(readiness).ToList();
        if (missing.Count > 0)
            throw new Refused("not_ready", 409, "Something is still missing before this can be sold.") { Errors = missing.Select(m => new FieldError(m.Pointer, m.Code, m.Sentence)).ToList() };
    }

    /// <summary>Complete, and not over before it is sold.</summary>
    /// <exception cref="Refused">409 <c>not_ready</c>, <c>in_the_past</c>.</exception>
    public void MustBeSellable(ProductKind kind, DateTimeOffset now)
    {
        MustBeReady(kind);
        if (EndsAt <= now) throw InThePast();
    }

    public static Refused InThePast() => new("in_the_past", 409, "It begins in the past. Give it a later date, then publish it.");

    /// <summary>Something beside it changed that those who edit it must have seen.</summary>
    public void Touch() => Version++;

    /// <returns>The same file when it is there already, null when it was added.</returns>
    /// <exception cref="Refused">409 <c>too_many_files</c>.</exception>
    public OriginalFile? AddFile(OriginalFile file)
    {
        if (FilesForBuyers.FirstOrDefault(f => f.Sha256.AsSpan().SequenceEqual(file.Sha256)) is { } same) return same;
        if (FilesForBuyers.Count() >= MaxFiles) throw new Refused("too_many_files", 409, "A product has at most 10 files.");
        files.Add(file.At(files.Count));
        Version++;
        return null;
    }

    /// <summary>New buyers no longer receive it.</summary>
    /// <returns>True when nobody can have bought it, so that the row and its bytes may go.</returns>
    /// <exception cref="Refused">404.</exception>
    public (OriginalFile File, bool Unsold) RemoveFile(Guid file, DateTimeOffset now)
    {
        var found = FilesForBuyers.FirstOrDefault(f => f.Id == file) ?? throw Refused.NotFound();
        if (PublishedAt is null) files.Remove(found);
        else found.Withdraw(now);
        Version++;
        return (found, PublishedAt is null);
    }

    /// <returns>The key of the one that it replaces.</returns>
    public string? ShowCover(Blob cover)
    {
        var old = CoverKey;
        (CoverKey, CoverType, CoverVersion) = (cover.Key, cover.ContentType, VersionOf(cover));
        Version++;
        return old;
    }

    /// <returns>The key of the one that it replaces.</returns>
    public string? LetHear(Blob preview, float[]? peaks, bool made)
    {
        var old = PreviewKey;
        (PreviewKey, PreviewType, PreviewVersion, PreviewMade, Peaks) = (preview.Key, preview.ContentType, VersionOf(preview), made, peaks);
        Version++;
        return old;
    }

    /// <summary>How its address says which picture or sound it is.</summary>
    public static string VersionOf(Blob blob) => Convert.ToHexStringLower(blob.Sha256.AsSpan(0, 8));
}
