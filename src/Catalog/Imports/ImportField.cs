namespace Marketplace.Catalog;

/// <summary>What a column of a file may hold.</summary>
/// <param name="Key">As exports name the column: <c>title</c>, <c>details.tempo</c>, <c>offer.personal.price</c>.</param>
/// <param name="Label">English.</param>
/// <param name="Of">What it belongs to, English phrases from the outside in; empty for what every product has.</param>
/// <param name="Also">Other names under which it is known; English.</param>
internal sealed record ImportField(string Key, string Label, IReadOnlyList<string> Of, IReadOnlyList<string> Also)
{
    /// <summary>The way of buying that it is about; null when it is about none.</summary>
    public (Licence Licence, string Option)? Way { get; init; }

    /// <summary>Of the way: price, name, terms, names_price, position or the fact's name.</summary>
    public string Part { get; init; } = "";

    public Fact? Fact { get; init; }

    /// <summary>The kinds that have it.</summary>
    public IReadOnlyList<ProductKind> Kinds { get; init; } = [];
}
