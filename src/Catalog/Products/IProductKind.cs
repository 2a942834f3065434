using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>
/// What is particular to one kind of product. A new kind is one class, one registration, one form partial and its name in the
/// CHECK of <c>catalog.products</c>; how it is fulfilled is Orders' half of the seam.
/// </summary>
internal interface IProductKind
{
    /// <summary>snake_case, in the database and the API.</summary>
    string Key { get; }

    /// <summary>Partial with the inputs of its details; its model's properties are named as the details are.</summary>
    string FormView { get; }

    object FormModel(JsonElement details);

    /// <summary>Reads details that a client sent and returns them clean.</summary>
    /// <exception cref="Refused">422 with pointers below <c>/details</c>; 400 <c>unknown_field</c>.</exception>
    JsonElement Accept(JsonElement details);

    /// <summary>The same from the fields of its form.</summary>
    JsonElement Accept(IReadOnlyDictionary<string, string?> form);

    /// <summary>What is still missing before it can be sold.</summary>
    IEnumerable<Missing> Missing(Readiness product);

    /// <summary>One line of what matters, for cards: "142 BPM · F minor". Null when nothing is known.</summary>
    /// <param name="say">Translates.</param>
    string? FactLine(JsonElement details, Func<string, string> say);

    /// <summary>Label and value, for the product's page.</summary>
    IEnumerable<(string Label, string Value)> Facts(JsonElement details, Func<string, string> say);

    /// <summary>Which files it takes as what.</summary>
    IReadOnlyList<FileFormat> Formats(FileRole role);
}

/// <param name="Pointer">Where in the product.</param>
/// <param name="Sentence">English: what to do.</param>
internal sealed record Missing(string Pointer, string Code, string Sentence);

internal sealed record Readiness(JsonElement Details, bool HasOffer, bool HasFile, bool HasCover, bool HasPreview);

/// <summary>The kinds that this market sells.</summary>
internal sealed class ProductKinds(IEnumerable<IProductKind> kinds)
{
    private readonly Dictionary<string, IProductKind> byKey = kinds.ToDictionary(k => k.Key, StringComparer.Ordinal);

    public IReadOnlyCollection<IProductKind> All => byKey.Values;

    public IProductKind this[string key] => byKey[key];

    /// <exception cref="Refused">422 <c>unknown_kind</c>.</exception>
    public IProductKind Of(string? key) => key is not null && byKey.TryGetValue(key, out var kind)
        ? kind
        : throw new Refused("unknown_kind", 422, "This market does not sell products of that kind.") { Errors = [new FieldError("/kind", "unknown_kind", $"One of: {string.Join(", ", byKey.Keys)}.")] };
}
