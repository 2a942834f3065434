using FluentValidation;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>Says what the columns hold. A dry run that was made before is void.</summary>
internal static class MapImport
{
    /// <param name="Columns">Those that are not named are left out.</param>
    /// <param name="Kind">Of rows that do not say theirs.</param>
    /// <param name="SaveAs">A name under which files with the same columns are recognised.</param>
    public sealed record Request(IReadOnlyList<Column> Columns, string? Kind = null, string? SaveAs = null);

    /// <param name="Name">As the file's header says it.</param>
    /// <param name="Field">A key of <c>GET /imports/fields</c>; empty or null: left out.</param>
    public sealed record Column(string Name, string? Field);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Columns).NotNull().Must(c => c is null || c.Count <= CsvFile.MaxColumns).WithErrorCode("too_many").WithMessage("A file has at most 300 columns.")
                .Must(c => c is null || c.All(column => column?.Name is not null)).WithErrorCode("column_missing").WithMessage("The file has no column of this name.");
            RuleFor(r => r.Kind).MaximumLength(40);
            RuleFor(r => r.SaveAs).MaximumLength(SavedMapping.NameLength).Sound();
        }
    }

    /// <exception cref="Refused">404; 409 <c>import_at_work</c>, <c>import_over</c>; 422 <c>invalid</c>.</exception>
    public static async Task<ImportView> Handle(
        Guid id, Request request, Caller caller, CatalogDb db, UnitOfWork work, ImportFields fields, ProductKinds kinds, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop)
    {
        var import = await ReadImports.Own(id, caller, db);
        var kind = string.IsNullOrEmpty(request.Kind) ? null : kinds.Of(request.Kind).Key;
        var mapping = import.Columns.Select(_ => "").ToArray();
        var errors = new List<FieldError>();
        for (var i = 0; i < request.Columns.Count; i++)
        {
            var (name, field) = (request.Columns[i].Name, request.Columns[i].Field ?? "");
            var at = Array.IndexOf(import.Columns, name);
            if (at < 0) errors.Add(new FieldError($"/columns/{i}/name", "column_missing", "The file has no column of this name."));
            else if (field.Length > 0 && !fields.Know(field)) errors.Add(new FieldError($"/columns/{i}/field", "unknown_field", "There is no such field."));
            else if (field.Length > 0 && mapping.Contains(field)) errors.Add(new FieldError($"/columns/{i}/field", "field_twice", "Two columns cannot hold the same field."));
            else mapping[at] = field;
        }

        if (errors.Count > 0) throw Refused.Invalid([.. errors]);
        import.Map(mapping, kind);
        await work.Flush();
        if (Words.Line(request.SaveAs ?? "") is { Length: > 0 } saved) await SavedMapping.Save(saved, import, work, clock);
        return await ImportView.Of(import, work, source, stop);
    }
}
