using System.Text.Json;

namespace Marketplace.Catalog;

/// <summary>A change as its seller and moderators see it: what is null stays as it is.</summary>
/// <param name="Note">Why it was sent back.</param>
/// <param name="CoverUrl">The new cover, for these two alone.</param>
/// <param name="AddedFiles">Names.</param>
/// <param name="RemovedFiles">Names of files that new buyers would no longer receive.</param>
internal sealed record ChangeView(
    Guid Id, ChangeState State, DateTimeOffset ProposedAt, string Note, string? Title, string? Description, IReadOnlyList<string>? Tags, JsonElement? Details, IReadOnlyList<OfferLine>? Offers, string? Category,
    string? CoverUrl, string? PreviewUrl, IReadOnlyList<string> AddedFiles, IReadOnlyList<string> RemovedFiles)
{
    public static ChangeView Of(Guid product, Row row, IReadOnlyList<FileView> files)
    {
        var p = ChangeProposal.Read(row.Proposal);
        return new ChangeView(
            row.Id, row.State, row.ProposedAt, row.Note, p.Title, p.Description, p.Tags, p.Details, p.Offers, p.Category,
            MediaUrls.Cover(product, p.Cover is { } cover ? Product.VersionOf(cover) : null), MediaUrls.Preview(product, p.Preview is { } preview ? Product.VersionOf(preview.Blob) : null),
            [.. (p.AddedFiles ?? []).Select(f => f.Name)], [.. (p.RemovedFiles ?? []).Select(id => files.FirstOrDefault(f => f.Id == id)?.FileName).OfType<string>()]);
    }

    internal sealed record Row(Guid Id, ChangeState State, DateTimeOffset ProposedAt, string Note, JsonElement Proposal);
}
