using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>What of a product is to be different; what is null stays. Kept as JSON, already cleaned by its kind.</summary>
/// <param name="RemovedFiles">Ids of files that buyers have now.</param>
internal sealed record ChangeProposal(
    string? Title = null, string? Description = null, IReadOnlyList<string>? Tags = null, JsonElement? Details = null, IReadOnlyList<OfferLine>? Offers = null, string? Category = null,
    Blob? Cover = null, ProposedPreview? Preview = null, IReadOnlyList<ProposedFile>? AddedFiles = null, IReadOnlyList<Guid>? RemovedFiles = null)
{
    /// <summary>The same with more on top.</summary>
    public ChangeProposal With(ChangeProposal later) => new(
        later.Title ?? Title, later.Description ?? Description, later.Tags ?? Tags, later.Details ?? Details, later.Offers ?? Offers, later.Category ?? Category, later.Cover ?? Cover, later.Preview ?? Preview,
        Both(AddedFiles, later.AddedFiles), Both(RemovedFiles, later.RemovedFiles));

    /// <summary>Bytes that are kept for it alone.</summary>
    [JsonIgnore]
    public IEnumerable<string> Blobs => [.. Cover is null ? [] : new[] { Cover.Key }, .. Preview is null ? [] : new[] { Preview.Blob.Key }, .. (AddedFiles ?? []).Select(f => f.Blob.Key)];

    public JsonElement Write() => JsonSerializer.SerializeToElement(this, JsonStyle.Options);

    public static ChangeProposal Read(JsonElement kept) => kept.Deserialize<ChangeProposal>(JsonStyle.Options)!;

    private static List<T>? Both<T>(IReadOnlyList<T>? one, IReadOnlyList<T>? two) => one is null && two is null ? null : [.. one ?? [], .. two ?? []];
}

/// <param name="Made">By us, of a new original.</param>
internal sealed record ProposedPreview(Blob Blob, float[]? Peaks, bool Made);

/// <param name="Id">That which the file will have.</param>
internal sealed record ProposedFile(Guid Id, Blob Blob, string Name, IReadOnlyList<string>? Contents);
