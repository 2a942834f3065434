using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>
/// What is particular to one kind of product: its facts, files, licences, and what it needs to be sold. A new kind is one class,
/// one registration and its name in the CHECK of <c>catalog.products</c>; its form and its page follow from the facts. How it
/// reaches its buyer is Orders' half of the seam.
/// </summary>
internal abstract class ProductKind
{
    protected static readonly IReadOnlyList<FileFormat> Audio = [Wav.Format, Mp3.Format, Flac.Format];
    protected static readonly IReadOnlyList<FileFormat> Archives = [Zip.Format];

    /// <summary>What may be sent to one buyer.</summary>
    internal static readonly IReadOnlyList<FileFormat> Deliverable = [.. Audio, .. Archives, Pdf.Format, Png.Format, Jpeg.Format, WebP.Format];

    private static readonly IReadOnlyList<FileFormat> Previews = [Wav.Format, Mp3.Format];
    private static readonly IReadOnlyList<FileFormat> Covers = [Png.Format, Jpeg.Format, WebP.Format];

    /// <summary>snake_case, in the database and the API.</summary>
    public abstract string Key { get; }

    /// <summary>One of it, and many; English.</summary>
    public abstract (string One, string Many) Name { get; }

    /// <summary>What it is, for a seller who chooses; English.</summary>
    public abstract string Pitch { get; }

    /// <summary>What may be uploaded, for people; English. Empty where there is nothing to upload.</summary>
    public virtual string FileHelp => "";

    /// <summary>What is known of it, in the order of its form and page.</summary>
    public abstract IReadOnlyList<Fact> Facts { get; }

    /// <summary>Under which licences it may be offered, with the words that a seller may take as they are.</summary>
    public abstract IReadOnlyList<UsualLicence> Licences { get; }

    /// <summary>What a product may be offered in beside licences (packages, plans): key and English name. Empty: licences are all there is.</summary>
    public virtual IReadOnlyList<(string Key, string Name)> Options => [];

    /// <summary>What is known of each way in which it is offered.</summary>
    public virtual IReadOnlyList<Fact> OfferFacts => [];

    /// <summary>How many ways a product may be offered in.</summary>
    public virtual int MaxOffers => Options.Count > 0 ? Options.Count : Licences.Count;

    public virtual bool KnowsOption(string option) => Options.Count == 0 ? option.Length == 0 : Options.Any(o => o.Key == option);

    /// <summary>English; null when its licence names the offer.</summary>
    public string? NameOf(string option) => Options.FirstOrDefault(o => o.Key == option).Name;

    /// <summary>The shelf on which it stands until its seller chooses another.</summary>
    public abstract string UsualCategory { get; }

    /// <summary>What buyers receive.</summary>
    public virtual IReadOnlyList<FileFormat> Originals => [];

    /// <summary>There is something that its buyer downloads.</summary>
    public bool HasFiles => Originals.Count > 0;

    /// <summary>Its offers are variants of a thing, with stock: they are written by <see cref="SaveVariants"/> alone.</summary>
    public virtual bool HasVariants => false;

    /// <summary>Where nothing is uploaded: what its buyer gets, for the seller's editor; English.</summary>
    public virtual string FilesLater => "";

    /// <summary>It has a cover of its own; what has none is shown by its kind's drawing.</summary>
    public virtual bool NeedsCover => true;

    /// <summary>Nobody buys it unheard.</summary>
    public virtual bool NeedsPreview => true;

    /// <summary>One may hear something of it.</summary>
    public virtual bool TakesPreview => true;

    /// <summary>It may be given away.</summary>
    public virtual bool MayBeFree => false;

    /// <summary>The buyer may name the price.</summary>
    public virtual bool MayNamePrice => false;

    /// <summary>Its seller writes what each way of buying it costs; else its price follows from its facts.</summary>
    public virtual bool PricesAreTyped => true;

    /// <summary>Its form has a row for each way of buying it.</summary>
    public bool OffersAreTyped => PricesAreTyped && !HasVariants;

    /// <summary>What it costs where that follows from its facts; null while they do not say.</summary>
    public virtual Money? PriceOf(JsonElement details, Currency currency) => null;

    /// <summary>Why it cannot be published without an offer; English.</summary>
    protected virtual string OfferMissing => "Offer at least one licence with a price.";

    /// <summary>What its offers are called in its editor; English.</summary>
    public virtual string OffersTitle => Licences.Count > 1 ? "Licences and prices" : "Licence and price";

    /// <summary>Over the choice in the buy box; English.</summary>
    public virtual string ChooseTitle => "Choose your licence";

    /// <summary>What it keeps beside the product, whenever its facts are written; joins the transaction.</summary>
    public virtual Task Keep(Product product, UnitOfWork work) => Task.CompletedTask;

    /// <summary>Facts that are each sound and do not go together.</summary>
    /// <exception cref="Refused">422.</exception>
    public virtual void MustFit(JsonElement details)
    {
    }

    /// <summary>Until when it may be on sale; null: for ever.</summary>
    public virtual DateTimeOffset? EndsAt(JsonElement details) => null;

    /// <summary>The ways in which it can be offered, in the order of its form.</summary>
    public IReadOnlyList<(Licence Licence, string Option, string Name, string Terms)> Ways => Options.Count == 0
        ? [.. Licences.Select(l => (l.Licence, "", l.Name, l.Terms))]
        : [.. Options.Select(o => (Licences[0].Licence, o.Key, o.Name, Licences[0].Terms))];

    /// <summary>Why it cannot be published without a preview; English.</summary>
    protected virtual string PreviewMissing => "Upload a preview, or a WAV file from which we can make one.";

    public IReadOnlyList<FileFormat> Formats(FileRole role) => role switch
    {
        FileRole.Original => Originals,
        FileRole.Preview => TakesPreview ? Previews : [],
        _ => Covers,
    };

    /// <summary>Reads details that a client sent and returns them clean.</summary>
    /// <exception cref="Refused">422 with pointers below <c>/details</c>; 400 <c>unknown_field</c>.</exception>
    public JsonElement Accept(JsonElement details)
    {
        var clean = Accept(details, Facts, "/details");
        MustFit(clean);
        return clean;
    }

    /// <summary>The same for the facts of the offer at this place of the list.</summary>
    public JsonElement AcceptOffer(JsonElement? details, int index) => Accept(details ?? JsonSerializer.SerializeToElement(new { }), OfferFacts, $"/offers/{index}/details");

    private static JsonElement Accept(JsonElement details, IReadOnlyList<Fact> facts, string at)
    {
        if (details.ValueKind != JsonValueKind.Object) throw Refused.Invalid(new FieldError(at, "type", "Details are an object."));
        var clean = new SortedDictionary<string, object>(StringComparer.Ordinal);
        var errors = new List<FieldError>();
        foreach (var member in details.EnumerateObject())
        {
            var fact = facts.FirstOrDefault(f => f.Name == member.Name)
                ?? throw new Refused("unknown_field", 400, "The body has a member that this route does not know.") { Errors = [new FieldError($"{at}/{member.Name}", "unknown_field", "Unknown member.")] };
            if (member.Value.ValueKind == JsonValueKind.Null) continue;
            if (fact.Read(member.Value) is { } value) clean[fact.Name] = value;
            else errors.Add(new FieldError($"{at}/{fact.Name}", fact.WrongCode, fact.Wrong));
        }

        return errors.Count == 0 ? JsonSerializer.SerializeToElement(clean, JsonStyle.Options) : throw Refused.Invalid([.. errors]);
    }

    /// <summary>The same from the fields of its form.</summary>
    public JsonElement Accept(IReadOnlyDictionary<string, string?> form, FormPlace place) => Accept(Typed(form, Facts, place));

    /// <summary>What was typed for an offer, as the API would send it.</summary>
    public JsonElement TypedOffer(IReadOnlyDictionary<string, string?> form, FormPlace place) => Typed(form, OfferFacts, place);

    private static JsonElement Typed(IReadOnlyDictionary<string, string?> form, IReadOnlyList<Fact> facts, FormPlace place) => JsonSerializer.SerializeToElement(
        form.Where(f => !string.IsNullOrWhiteSpace(f.Value))
            .ToDictionary(f => f.Key, f => facts.FirstOrDefault(known => known.Name == f.Key)?.Typed(f.Value!.Trim(), place) ?? f.Value!, StringComparer.Ordinal), JsonStyle.Options);

    /// <summary>What is still missing before it can be sold.</summary>
    public IEnumerable<Missing> Missing(Readiness product)
    {
        if (HasFiles && !product.HasFile) yield return new Missing("/files", "file_missing", "Upload the file that buyers receive.");
        if (NeedsPreview && !product.HasPreview) yield return new Missing("/preview", "preview_missing", PreviewMissing);
        if (NeedsCover && !product.HasCover) yield return new Missing("/cover", "cover_missing", "Add a cover.");
        if (PricesAreTyped && product.Offers.Count == 0) yield return new Missing("/offers", "offer_missing", OfferMissing);
        foreach (var fact in Facts.Where(f => IsMissing(f, product.Details))) yield return new Missing("/details/" + fact.Name, fact.Name + "_missing", fact.Asked!);
        for (var i = 0; i < product.Offers.Count; i++)
        {
            foreach (var fact in OfferFacts.Where(f => IsMissing(f, product.Offers[i]))) yield return new Missing($"/offers/{i}/details/{fact.Name}", fact.Name + "_missing", fact.Asked!);
        }
    }

    private static bool IsMissing(Fact fact, JsonElement details) => fact.Asked is not null && fact.IsAsked(details) && !details.TryGetProperty(fact.Name, out _);

    /// <summary>One line of what matters, for cards: "142 BPM · F minor". Null when nothing is known.</summary>
    /// <param name="say">Translates.</param>
    public string? FactLine(JsonElement details, Func<string, string> say)
    {
        var facts = Facts.Where(f => f.OnCards).Select(f => f.Say(details, say)).OfType<string>().ToList();
        return facts.Count > 0 ? string.Join(" · ", facts) : Facts.Where(f => !f.IsBlock).Select(f => f.Say(details, say)).OfType<string>().FirstOrDefault();
    }

    /// <summary>What is known of a product, for its page.</summary>
    public IEnumerable<KnownFact> Known(JsonElement details, Func<string, string> say) => Known(Facts, details, say);

    /// <summary>What is known of one of its offers.</summary>
    public IEnumerable<KnownFact> KnownOfOffer(JsonElement details, Func<string, string> say) => Known(OfferFacts, details, say);

    private static IEnumerable<KnownFact> Known(IReadOnlyList<Fact> facts, JsonElement details, Func<string, string> say) =>
        from fact in facts
        let value = fact.Say(details, say)
        where value is not null
        select new KnownFact(fact, say(fact.Label), value, details);
}

/// <param name="Label">Translated.</param>
/// <param name="Value">In words, translated.</param>
/// <param name="Details">Those that it is one of.</param>
internal sealed record KnownFact(Fact Fact, string Label, string Value, JsonElement Details);

/// <param name="Pointer">Where in the product.</param>
/// <param name="Sentence">English: what to do.</param>
internal sealed record Missing(string Pointer, string Code, string Sentence);

/// <param name="Offers">The facts of each offer on sale, in their order.</param>
internal sealed record Readiness(JsonElement Details, IReadOnlyList<JsonElement> Offers, bool HasFile, bool HasCover, bool HasPreview);

/// <summary>The kinds that this market sells.</summary>
internal sealed class ProductKinds(IEnumerable<ProductKind> kinds)
{
    private readonly Dictionary<string, ProductKind> byKey = kinds.ToDictionary(k => k.Key, StringComparer.Ordinal);

    /// <summary>In the order of their registration.</summary>
    public IReadOnlyCollection<ProductKind> All => byKey.Values;

    public ProductKind this[string key] => byKey[key];

    public bool Know(string? key) => key is not null && byKey.ContainsKey(key);

    /// <exception cref="Refused">422 <c>unknown_kind</c>.</exception>
    public ProductKind Of(string? key) => key is not null && byKey.TryGetValue(key, out var kind)
        ? kind
        : throw new Refused("unknown_kind", 422, "This market does not sell products of that kind.") { Errors = [new FieldError("/kind", "unknown_kind", $"One of: {string.Join(", ", byKey.Keys)}.")] };
}
