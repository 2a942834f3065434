using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>Begins a dry run, the run itself or another try of what was refused; stops what is at work. The rows are the job's.</summary>
internal static class MoveImport
{
    private static readonly (string, Refused) OneAtWork = ("imports_one_at_work", new Refused("import_running", 409, "Another import of your shop is running. Wait until it is done, or cancel it."));

    /// <exception cref="Refused">404; 409 <c>import_at_work</c>, <c>import_over</c>, <c>import_running</c>, <c>nothing_mapped</c>.</exception>
    public static Task<ImportView> Check(Guid id, Caller caller, CatalogDb db, UnitOfWork work, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop) =>
        Handle(id, "true", import => import.Check(clock.GetUtcNow()), caller, db, work, source, stop);

    /// <exception cref="Refused">As <see cref="Check"/>.</exception>
    public static Task<ImportView> Run(Guid id, Caller caller, CatalogDb db, UnitOfWork work, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop) =>
        Handle(id, "true", import => import.Run(clock.GetUtcNow()), caller, db, work, source, stop);

    /// <exception cref="Refused">404; 409 <c>import_at_work</c>, <c>import_running</c>, <c>nothing_to_retry</c>.</exception>
    public static Task<ImportView> Retry(Guid id, Caller caller, CatalogDb db, UnitOfWork work, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop) =>
        Handle(id, "outcome = 'refused'", import => import.Retry(clock.GetUtcNow()), caller, db, work, source, stop);

    /// <exception cref="Refused">404; 409 <c>import_rests</c>.</exception>
    public static Task<ImportView> Cancel(Guid id, Caller caller, CatalogDb db, UnitOfWork work, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop) =>
        Handle(id, "false", import => import.Cancel(clock.GetUtcNow()), caller, db, work, source, stop);

    /// <param name="forgotten">Which results are void.</param>
    private static async Task<ImportView> Handle(Guid id, string forgotten, Action<Import> verb, Caller caller, CatalogDb db, UnitOfWork work, NpgsqlDataSource source, CancellationToken stop)
    {
        var import = await ReadImports.Own(id, caller, db);
        verb(import);
        await work.Flush(OneAtWork);
        await work.Command($"DELETE FROM catalog.import_results WHERE import_id = $1 AND {forgotten}", id).Execute(stop);
        return await ImportView.Of(import, work, source, stop);
    }
}

/// <summary>Forgets an import with its rows; the products that it made stay.</summary>
internal static class DropImport
{
    /// <exception cref="Refused">404; 409 <c>import_at_work</c>.</exception>
    public static async Task Handle(Guid id, Caller caller, CatalogDb db, UnitOfWork work, Blobs blobs)
    {
        (await ReadImports.Own(id, caller, db)).MustRest();
        await Drop(id, work, blobs);
    }

    internal static async Task Drop(Guid id, UnitOfWork work, Blobs blobs)
    {
        var media = await work.Command("DELETE FROM catalog.imports WHERE id = $1 RETURNING coalesce(media_key, '')", id).Scalar<string>();
        if (!string.IsNullOrEmpty(media)) await blobs.Forget(media);
    }
}
