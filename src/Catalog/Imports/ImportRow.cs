using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>A row of a file, read by the fields that its columns hold.</summary>
internal sealed class ImportRow(int number, string[] cells, IReadOnlyDictionary<string, int> columns)
{
    public int Number => number;

    /// <summary>The cell of a field, trimmed; null when no column holds it.</summary>
    public string? this[string field] => columns.TryGetValue(field, out var at) ? at < cells.Length ? cells[at].Trim() : "" : null;

    /// <summary>By what its product is known: once a file. Null: it is always a new one.</summary>
    public string? Key => this[ImportFields.ExternalId] is { Length: > 0 } id ? "id " + id : this[ImportFields.Slug] is { Length: > 0 } slug ? "at " + slug : null;

    /// <summary>Which column holds each field.</summary>
    public static IReadOnlyDictionary<string, int> Columns(IReadOnlyList<string> fields) =>
        fields.Select((field, at) => (field, at)).Where(f => f.field.Length > 0).ToDictionary(f => f.field, f => f.at, StringComparer.Ordinal);
}

/// <param name="Field">Of <see cref="ImportFields"/>; null when the whole row is meant.</param>
/// <param name="Column">Its name in the file; null when no column holds the field.</param>
/// <param name="Sentence">English: what to do.</param>
internal sealed record RowError(string? Field, string? Column, string Code, string Sentence);

/// <param name="Before">As an export says it; null for what is new.</param>
internal sealed record RowChange(string Field, string? Before, string? After);

internal enum RowOutcome
{
    Created,
    Updated,
    Unchanged,
    Refused,
}

/// <param name="Key">As of <see cref="ImportRow.Key"/>.</param>
internal sealed record RowResult(int Number, RowOutcome Outcome, string? Key, Guid? Product, IReadOnlyList<RowError> Errors, IReadOnlyList<RowChange> Changes);

/// <summary>Thrown by what reads a row: the cells that are not acceptable.</summary>
internal static class RowRefused
{
    public static Refused At(string field, string code, string sentence) => Refused.Invalid(new FieldError("#" + field, code, sentence));
}
