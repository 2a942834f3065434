using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>uploaded → checking → checked → running → finished; a pass that is cancelled ends in uploaded (a dry run) or cancelled (the real one), from where it goes on.</summary>
internal enum ImportState
{
    /// <summary>Read; its columns may be said.</summary>
    Uploaded,

    /// <summary>The dry run.</summary>
    Checking,
    Checked,
    Running,
    Finished,
    Cancelled,
}

/// <summary>A file of products on its way into a shop. Its rows are put in by <see cref="WorkImports"/>, some at a time.</summary>
internal sealed class Import
{
    public const int MaxKept = 20;

    private Import()
    {
    }

    public Guid Id { get; private set; }

    public Guid ShopId { get; private set; }

    /// <summary>Who sent it: the rows are put in as theirs.</summary>
    public Guid AccountId { get; private set; }

    public string FileName { get; private set; } = "";

    /// <summary>The header.</summary>
    public string[] Columns { get; private set; } = [];

    /// <summary>What each column holds, a key of <see cref="ImportFields"/>; empty: nothing that is wanted.</summary>
    public string[] Fields { get; private set; } = [];

    /// <summary>Of rows that do not say theirs.</summary>
    public string? Kind { get; private set; }

    public int RowCount { get; private set; }

    /// <summary>A ZIP with the covers, previews and files that rows name.</summary>
    public string? MediaKey { get; private set; }

    public string? MediaName { get; private set; }

    public ImportState State { get; private set; }

    /// <summary>The last row of this pass that is done: the job goes on behind it, on whatever host.</summary>
    public int Cursor { get; private set; }

    public int Created { get; private set; }

    public int Updated { get; private set; }

    public int Unchanged { get; private set; }

    public int Refused { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset WorkedAt { get; private set; }

    public DateTimeOffset? FinishedAt { get; private set; }

    public bool IsAtWork => State is ImportState.Checking or ImportState.Running;

    private bool HasRun => State is ImportState.Running or ImportState.Finished or ImportState.Cancelled;

    public static Import Of(Guid id, Guid shop, Guid account, string fileName, string[] columns, int rows, DateTimeOffset now) => new()
    {
        Id = id, ShopId = shop, AccountId = account, FileName = fileName, Columns = columns, Fields = [.. columns.Select(_ => "")], RowCount = rows,
        State = ImportState.Uploaded, CreatedAt = now, WorkedAt = now,
    };

    /// <exception cref="Refused">409 <c>import_at_work</c>, <c>import_over</c>.</exception>
    public void Map(string[] fields, string? kind)
    {
        MustBeOpen();
        (Fields, Kind, State) = (fields, kind, ImportState.Uploaded);
    }

    /// <returns>The key of the archive that it replaces.</returns>
    /// <exception cref="Refused">409 <c>import_at_work</c>, <c>import_over</c>.</exception>
    public string? Bring(Blob media, string name)
    {
        MustBeOpen();
        var old = MediaKey;
        (MediaKey, MediaName, State) = (media.Key, name, ImportState.Uploaded);
        return old;
    }

    /// <summary>The dry run: everything is tried and nothing kept.</summary>
    /// <exception cref="Refused">409 <c>import_at_work</c>, <c>import_over</c>.</exception>
    public void Check(DateTimeOffset now)
    {
        MustBeOpen();
        Begin(ImportState.Checking, now);
    }

    /// <exception cref="Refused">409 <c>import_at_work</c>, <c>import_over</c>.</exception>
    public void Run(DateTimeOffset now)
    {
        MustBeOpen();
        Begin(ImportState.Running, now);
    }

    /// <summary>Once more the rows that were refused, and those that a cancelled run did not reach.</summary>
    /// <exception cref="Refused">409 <c>import_at_work</c>, <c>nothing_to_retry</c>.</exception>
    public void Retry(DateTimeOffset now)
    {
        MustRest();
        if (!HasRun || (Refused == 0 && State == ImportState.Finished)) throw new Refused("nothing_to_retry", 409, "There is no row to try again.");
        (State, Cursor, Refused, WorkedAt, FinishedAt) = (ImportState.Running, 0, 0, now, null);
    }

    /// <summary>What is done stays; the rest waits.</summary>
    /// <exception cref="Refused">409 <c>import_rests</c>.</exception>
    public void Cancel(DateTimeOffset now)
    {
        if (!IsAtWork) throw new Refused("import_rests", 409, "This import is not running.");
        (State, FinishedAt) = State == ImportState.Checking ? (ImportState.Uploaded, (DateTimeOffset?)null) : (ImportState.Cancelled, now);
    }

    /// <exception cref="Refused">409 <c>import_at_work</c>.</exception>
    public void MustRest()
    {
        if (IsAtWork) throw new Refused("import_at_work", 409, "This import is running. Wait until it is done, or cancel it.");
    }

    private void MustBeOpen()
    {
        MustRest();
        if (HasRun) throw new Refused("import_over", 409, "This import was run already. Try its refused rows again, or upload the file anew.");
    }

    private void Begin(ImportState state, DateTimeOffset now)
    {
        if (Fields.All(f => f.Length == 0)) throw new Refused("nothing_mapped", 409, "Say first what the columns hold.");
        (State, Cursor, Created, Updated, Unchanged, Refused, WorkedAt) = (state, 0, 0, 0, 0, 0, now);
    }
}
