using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

internal sealed record ProductShop(Guid Id, string Slug, string Name)
{
    /// <summary>Planned or begun; not said in lists.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ShopVacation? Vacation { get; init; }

    /// <summary>Of all its prices; each price says it, too. Not known in lists.</summary>
    [JsonIgnore]
    public Currency Currency { get; init; }
}

/// <param name="NamesPrice">The buyer gives this price or more.</param>
/// <param name="Option">Package, plan or variant; empty where there is one only.</param>
/// <param name="Details">The facts of this way of buying it.</param>
/// <param name="Available">How many can be bought now; null: it never runs out.</param>
internal sealed record OfferView(Guid Id, Licence Licence, string Name, string Terms, Money Price, bool NamesPrice, string Option, JsonElement Details, int? Available = null);

internal sealed record FileView(Guid Id, string FileName, string ContentType, long Size, string Sha256);

/// <param name="Note">For the seller.</param>
internal sealed record VerdictView(VerdictKind Verdict, string Note, DateTimeOffset At);
