using System.Globalization;

namespace Marketplace.Catalog;

/// <param name="Label">Translated.</param>
internal sealed record DiffRow(string Label, IReadOnlyList<DiffPiece> Old, IReadOnlyList<DiffPiece> New);

/// <summary>What a change would make different, field by field, in words.</summary>
internal static class ChangeDiff
{
    /// <param name="say">Translates.</param>
    public static IReadOnlyList<DiffRow> Of(ProductView product, ChangeView change, ProductKind kind, Func<string, string> say)
    {
        var rows = new List<DiffRow>();
        void Row(string label, string? before, string? after)
        {
            if ((before ?? "") == (after ?? "")) return;
            var (old, fresh) = WordDiff.Of(before ?? "", after ?? "");
            rows.Add(new DiffRow(label, old, fresh));
        }

        if (change.Title is { } title) Row(say("Title"), product.Title, title);
        if (change.Description is { } description) Row(say("Description"), product.Description, description);
        if (change.Tags is { } tags) Row(say("Tags"), string.Join(", ", product.Tags), string.Join(", ", tags));
        if (change.Category is { } category && category != product.Category[^1].Slug) Row(say("Category"), product.Category[^1].Slug, category);
        if (change.Details is { } details)
        {
            foreach (var fact in kind.Facts) Row(say(fact.Label), fact.Say(product.Details, say), fact.Say(details, say));
        }

        if (change.Offers is { } offers) Offers(product, offers, kind, say, Row);
        Row(say("What buyers receive"), string.Join(", ", change.RemovedFiles), string.Join(", ", change.AddedFiles));
        return rows;
    }

    private static void Offers(ProductView product, IReadOnlyList<OfferLine> offers, ProductKind kind, Func<string, string> say, Action<string, string?, string?> row)
    {
        foreach (var way in kind.Ways)
        {
            var before = product.Offers.FirstOrDefault(o => o.Licence == way.Licence && o.Option == way.Option);
            var after = offers.FirstOrDefault(o => o.Licence == way.Licence && o.Option == way.Option);
            if (before is null && after is null) continue;
            row(say(way.Name), before?.Price.ToString(CultureInfo.CurrentCulture), after?.Price.ToString(CultureInfo.CurrentCulture));
            if (after is null) continue;
            row($"{say(way.Name)}: {say("Name")}", before?.Name ?? way.Name, string.IsNullOrWhiteSpace(after.Name) ? way.Name : after.Name);
            row($"{say(way.Name)}: {say("Terms")}", before?.Terms ?? "", string.IsNullOrWhiteSpace(after.Terms) ? way.Terms : after.Terms);
            foreach (var fact in kind.OfferFacts) row($"{say(way.Name)}: {say(fact.Label)}", before is null ? null : fact.Say(before.Details, say), fact.Say(after.Details ?? OfferLine.NoDetails, say));
        }
    }
}
