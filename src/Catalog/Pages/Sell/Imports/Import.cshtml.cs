using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages.Sell;

/// <summary>One import from its columns to its last row.</summary>
[Authorize("can:can_sell")]
internal sealed class ImportPage(
    CatalogDb db, UnitOfWork work, NpgsqlDataSource source, ImportFields fields, ProductKinds kinds, Blobs blobs, Cursors cursors, Caller caller, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    private const int RowsShown = 50;

    [FromRoute]
    public Guid Id { get; set; }

    public ImportView Import { get; private set; } = null!;

    /// <summary>Of the columns, as they were chosen or as they are.</summary>
    public IReadOnlyList<string?> Chosen { get; private set; } = [];

    public string? Kind { get; private set; }

    public string? SaveAs { get; private set; }

    public IReadOnlyList<ImportRowView> Refused { get; private set; } = [];

    public IReadOnlyList<ImportRowView> Changed { get; private set; } = [];

    /// <summary>Why the last upload was not taken.</summary>
    public string? UploadRefused { get; private set; }

    public bool IsAtWork => Import.State is ImportState.Checking or ImportState.Running;

    public bool IsOver => Import.State is ImportState.Finished or ImportState.Cancelled;

    /// <summary>Without one of these each run makes new products.</summary>
    public bool FindsAgain => Import.Columns.Any(c => c.Field is ImportFields.ExternalId or ImportFields.Slug);

    public int Percent => (int)(100L * Import.Done / Import.Rows);

    /// <summary>Groups of what a column may hold; the fields that every product has are first.</summary>
    public IEnumerable<IGrouping<string, ImportField>> Choices => fields.All.GroupBy(f => string.Join(" · ", f.Of.Select(of => texts[of].Value)));

    /// <summary>English.</summary>
    public static string Words(ImportState state) => state switch
    {
        ImportState.Uploaded => "To be checked",
        ImportState.Checking => "Being checked",
        ImportState.Checked => "Ready to import",
        ImportState.Running => "Being imported",
        ImportState.Finished => "Imported",
        _ => "Cancelled",
    };

    public static string? Tone(ImportView import) => import.State switch
    {
        ImportState.Checking or ImportState.Running => "info",
        ImportState.Finished => import.Refused > 0 ? "warn" : "good",
        ImportState.Checked => import.Refused > 0 ? "warn" : "good",
        _ => null,
    };

    public string Label(string field) => fields.Know(field) ? string.Join(" · ", fields[field].Of.Where(of => of != "Details").Append(fields[field].Label).Select(phrase => texts[phrase].Value)) : field;

    public override async Task Load()
    {
        var stop = HttpContext.RequestAborted;
        Import = await ReadImports.One(Id, caller, db, work, source, stop);
        (Chosen, Kind) = ([.. Import.Columns.Select(c => c.Field)], Import.Kind);
        if (!IsAtWork && Import.Done > 0)
        {
            Refused = (await ReadImports.Rows(Id, "refused", null, RowsShown, caller, db, source, cursors, stop)).Data;
            Changed = [.. (await ReadImports.Rows(Id, null, null, RowsShown, caller, db, source, cursors, stop)).Data.Where(r => r.Changes.Count > 0).Take(10)];
        }

        UploadRefused = (Request.Headers["Sec-Fetch-Dest"] == "empty" ? TempData.Peek(UploadRoutes.RefusedKey) : TempData[UploadRoutes.RefusedKey]) as string;
        // What was chosen and refused stands there again.
        if (Request.HasFormContentType && Request.Form.ContainsKey("kind")) (Chosen, Kind, SaveAs) = (Typed(), Request.Form["kind"], Request.Form["save_as"]);
    }

    /// <summary>Keeps what the columns hold and begins the dry run.</summary>
    public async Task<IActionResult> OnPostAsync([FromServices] FluentValidation.IValidator<MapImport.Request> rules)
    {
        Import = await ReadImports.One(Id, caller, db, work, source, HttpContext.RequestAborted);
        var request = new MapImport.Request([.. Import.Columns.Zip(Typed(), (column, field) => new MapImport.Column(column.Name, field))], Request.Form["kind"], Request.Form["save_as"]);
        rules.MustAccept(request);
        try
        {
            await MapImport.Handle(Id, request, caller, db, work, fields, kinds, source, clock, HttpContext.RequestAborted);
        }
        catch (Refused refused) when (refused.Errors.Count > 0)
        {
            throw new Refused(refused.Code, refused.Status, refused.Errors[0].Detail);
        }

        await MoveImport.Check(Id, caller, db, work, source, clock, HttpContext.RequestAborted);
        return RedirectToPage(new { id = Id });
    }

    public async Task<IActionResult> OnPostRunAsync() => Back(await MoveImport.Run(Id, caller, db, work, source, clock, HttpContext.RequestAborted));

    public async Task<IActionResult> OnPostRetryAsync() => Back(await MoveImport.Retry(Id, caller, db, work, source, clock, HttpContext.RequestAborted));

    public async Task<IActionResult> OnPostCancelAsync() => Back(await MoveImport.Cancel(Id, caller, db, work, source, clock, HttpContext.RequestAborted));

    public async Task<IActionResult> OnPostDeleteAsync()
    {
        await DropImport.Handle(Id, caller, db, work, blobs);
        this.Toast(texts["Deleted. Your products stay."]);
        return RedirectToPage("/Sell/Imports/Index");
    }

    private IReadOnlyList<string?> Typed() => [.. Import.Columns.Select((_, at) => Request.Form[$"field.{at}"].ToString() is { Length: > 0 } field ? field : null)];

    private RedirectToPageResult Back(ImportView import) => RedirectToPage(new { id = import.Id });
}
