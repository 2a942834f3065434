using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Users;

/// <param name="Size">Bytes, once it is ready.</param>
internal sealed record ExportView(Guid Id, DateTimeOffset AskedAt, DateTimeOffset? ReadyAt, DateTimeOffset? ExpiresAt, long? Size);

/// <summary>Somebody asks for all that the market keeps about them: made behind the request, told when it is ready, fetched for seven days.</summary>
internal static class ExportData
{
    public static readonly TimeSpan Life = TimeSpan.FromDays(7);

    /// <exception cref="Refused">409 <c>export_running</c>.</exception>
    public static async Task<ExportView> Handle(Caller caller, UnitOfWork work, TimeProvider clock)
    {
        var export = new ExportView(Ids.New(clock), clock.GetUtcNow(), null, null, null);
        var made = await work.Command("INSERT INTO users.data_exports (id, account, asked_at) VALUES ($1, $2, $3) ON CONFLICT (account) WHERE ready_at IS NULL DO NOTHING", export.Id, caller.Account, export.AskedAt).Execute();
        if (made == 0) throw new Refused("export_running", 409, "Your data is being gathered already. We tell you when it is ready.");
        work.Publish(new DataExportAsked(caller.Account, export.Id));
        return export;
    }

    public static Task<List<ExportView>> Own(Caller caller, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop) => source.Command(
        "SELECT id, asked_at, ready_at, expires_at, size FROM users.data_exports WHERE account = $1 AND (expires_at IS NULL OR expires_at > $2) ORDER BY id DESC LIMIT 20", caller.Account, clock.GetUtcNow())
        .List(r => new ExportView(r.GetGuid(0), r.GetFieldValue<DateTimeOffset>(1), r.IsDBNull(2) ? null : r.GetFieldValue<DateTimeOffset>(2), r.IsDBNull(3) ? null : r.GetFieldValue<DateTimeOffset>(3), r.IsDBNull(4) ? null : r.GetInt64(4)), stop);

    /// <summary>The archive, for its owner alone.</summary>
    /// <exception cref="Refused">404: another's, not ready or too old.</exception>
    public static async Task<Stream> Open(Guid id, Caller caller, NpgsqlDataSource source, Blobs blobs, TimeProvider clock, CancellationToken stop)
    {
        if (caller.Impersonator is not null) throw Refused.NotFound();
        var key = await source.Command("SELECT blob_key FROM users.data_exports WHERE id = $1 AND account = $2 AND expires_at > $3", id, caller.Account, clock.GetUtcNow()).Scalar<string>(stop);
        return blobs.Open(key ?? throw Refused.NotFound());
    }
}

/// <summary>Asks every module and packs what it says.</summary>
internal sealed class OnDataExportAsked(IEnumerable<IPersonalData> sections, Blobs blobs, UnitOfWork work, TimeProvider clock) : IReaction<DataExportAsked>
{
    private const long Most = 500_000_000;
    private static readonly JsonSerializerOptions Style = new(JsonStyle.Options) { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task Handle(DataExportAsked happened, CancellationToken stop)
    {
        using var file = new MemoryStream();
        await using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            var readme = new StringBuilder("What the market keeps about you, one file a subject, in JSON. Times are UTC, amounts are in minor units.\n\n");
            foreach (var section in sections.OrderBy(s => s.Section, StringComparer.Ordinal))
            {
                if (await section.Export(happened.Account, stop) is not { } data) continue;
                readme.Append(section.Section).Append(".json  ").AppendLine(section.About);
                await Add(zip, $"{section.Section}.json", JsonSerializer.SerializeToUtf8Bytes(data, Style), stop);
            }

            readme.AppendLine("\nContracts of what you bought can be read in your library; the law has us keep them.");
            await Add(zip, "README.txt", Encoding.UTF8.GetBytes(readme.ToString()), stop);
        }

        file.Position = 0;
        var blob = await blobs.Stage(file, "application/zip", Most, stop);
        var now = clock.GetUtcNow();
        if (await work.Command("UPDATE users.data_exports SET blob_key = $2, size = $3, ready_at = $4, expires_at = $5 WHERE id = $1 AND ready_at IS NULL", happened.Export, blob.Key, blob.Size, now, now + ExportData.Life).Execute(stop) == 0) return;
        await blobs.Keep(blob.Key);
        work.Publish(new DataExported(happened.Account, happened.Export));
    }

    private async Task Add(ZipArchive zip, string name, byte[] bytes, CancellationToken stop)
    {
        var entry = zip.CreateEntry(name);
        entry.LastWriteTime = clock.GetUtcNow();
        await using var to = await entry.OpenAsync(stop);
        await to.WriteAsync(bytes, stop);
    }
}

/// <summary>Seven days are over: the archive goes.</summary>
internal sealed class PurgeExports(Writes writes, UnitOfWork work, Blobs blobs) : IJob
{
    public Task Handle(DateTimeOffset now, CancellationToken stop) => writes.Run(async () =>
    {
        foreach (var key in await work.Command("DELETE FROM users.data_exports WHERE expires_at <= $1 RETURNING blob_key", now).List(r => r.GetString(0), stop)) await blobs.Forget(key);
    });
}
