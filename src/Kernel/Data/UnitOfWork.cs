using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Kernel;

/// <summary>
/// One request, one transaction, one connection, shared by every module's context. Use cases change entities and never commit:
/// <see cref="Writes"/> around them does. Reads need none of this; their contexts use the pool.
/// </summary>
public sealed partial class UnitOfWork(NpgsqlDataSource source, IServiceScopeFactory scopes, Outbox outbox, Faults faults, Caller caller) : IAsyncDisposable
{
    private readonly List<DbContext> contexts = [];
    private readonly List<IEvent> events = [];
    private readonly List<Func<Task>> afterCommit = [];
    private NpgsqlConnection? connection;
    private NpgsqlTransaction? transaction;

    public bool IsOpen => transaction is not null;

    /// <summary>The connection of the open transaction, for SQL that EF Core cannot say.</summary>
    /// <exception cref="InvalidOperationException">No transaction is open.</exception>
    public NpgsqlConnection Connection => IsOpen ? connection! : throw new InvalidOperationException("This changes data, but no transaction is open.");

    /// <summary>A command on the open transaction: positional parameters <c>$1, $2 …</c>.</summary>
    public NpgsqlCommand Command(string sql, params object?[] parameters)
    {
        var command = new NpgsqlCommand(sql, Connection);
        Sql.Add(command.Parameters, parameters);
        return command;
    }

    /// <summary>
    /// Reads tables under row-level security with EF Core, as who asks, where no transaction is open. Two round trips more than a read
    /// without: for SQL by hand <see cref="GuardedRows.CommandFor"/> needs none.
    /// </summary>
    public async Task<T> Read<T>(Func<Task<T>> act)
    {
        if (IsOpen) return await act();
        await Begin();
        try
        {
            return await act();
        }
        finally
        {
            await Rollback();
        }
    }

    /// <summary>From here on the transaction is this account's: who signs in just now is nobody yet, and a job is nobody at all.</summary>
    public Task ActFor(Guid account) => Set(GuardedRows.Setting((GuardedRows.Account, account.ToString())));

    /// <summary>One statement that sees all rows of one guarded table (<c>users.sessions</c>): for duties of the market itself.</summary>
    /// <returns>How many rows were written.</returns>
    public async Task<int> ExecuteOn(string table, string sql, params object?[] parameters)
    {
        await using var batch = new NpgsqlBatch(Connection);
        batch.BatchCommands.Add(GuardedRows.Setting((GuardedRows.Duty, table)));
        batch.BatchCommands.Add(Sql.Batched(sql, parameters));
        batch.BatchCommands.Add(GuardedRows.Setting((GuardedRows.Duty, "")));
        return Math.Max(0, await batch.ExecuteNonQueryAsync());
    }

    /// <summary>Tells the others, after the commit and at least once each: see <see cref="Outbox"/>.</summary>
    public void Publish(IEvent happened) => events.Add(happened);

    /// <summary>Runs when the commit has succeeded, in memory: forgetting what a cache remembers. It cannot fail, for the reply is true already.</summary>
    public void AfterCommit(Func<Task> act) => afterCommit.Add(act);

    /// <summary>What must survive a refusal (failed sign-ins, denied access) is written in a scope and transaction of its own.</summary>
    public async Task Outside(Func<IServiceProvider, Task> act)
    {
        await using var scope = scopes.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await work.Begin();
        await act(scope.ServiceProvider);
        await work.Commit();
    }

    /// <summary>Throws when a transaction is open: adapters to the outside call this first.</summary>
    public void AssertClosed()
    {
        if (IsOpen) throw new InvalidOperationException("A call to the outside inside a transaction would hold its locks for as long as others please.");
    }

    /// <summary>Sends what the contexts hold, so that later SQL of this transaction sees it and its constraints have spoken.</summary>
    /// <param name="refusals">What to say when the named unique or check constraint is violated.</param>
    public async Task Flush(params (string Constraint, Refused Refusal)[] refusals)
    {
        try
        {
            foreach (var db in contexts.Where(db => db.ChangeTracker.HasChanges()))
                await db.SaveChangesAsync();
        }
        catch (DbUpdateException error) when (error.InnerException is PostgresException { SqlState: "23505" or "23514" } broken)
        {
            throw refusals.FirstOrDefault(r => r.Constraint == broken.ConstraintName).Refusal ?? (Exception)error;
        }
    }

    internal void Enlist(DbContext db)
    {
        db.Database.AutoSavepointsEnabled = false;
        contexts.Add(db);
        if (IsOpen) Join(db);
    }

    /// <param name="declare">False: the caller sends <see cref="Declaration"/> with its own first statement.</param>
    internal async Task Begin(bool declare = true, CancellationToken stop = default)
    {
        if (IsOpen) throw new InvalidOperationException("A transaction is open already: writes do not nest.");
        connection = await source.OpenConnectionAsync(stop);
        transaction = await connection.BeginTransactionAsync(stop);
        contexts.ForEach(Join);
        if (declare && Declaration() is { } declaration) await Set(declaration);
    }

    /// <summary>Whose transaction this is, for row-level security; null for nobody's.</summary>
    internal NpgsqlBatchCommand? Declaration() =>
        caller.AccountOrNull is not { } account ? null
        : caller.HoldsRights ? GuardedRows.Setting((GuardedRows.Account, account.ToString()), (GuardedRows.Staff, "on"))
        : GuardedRows.Setting((GuardedRows.Account, account.ToString()));

    /// <param name="last">One more statement that belongs to the transaction, sent together with its events.</param>
    /// <param name="takes">So many of its events the caller goes on with by itself; only for more is anybody woken.</param>
    internal async Task Commit(NpgsqlBatchCommand? last = null, int takes = 0)
    {
        await Flush();
        await outbox.Append(Connection, events, last);
        faults.Pass(Faults.BeforeCommit);
        await transaction!.CommitAsync();
        var told = events.Count;
        await Leave();
        faults.Pass(Faults.AfterCommit);
        if (told > takes) outbox.Wake(told - takes);
        foreach (var act in afterCommit.ToArray()) await act();
        afterCommit.Clear();
    }

    internal async Task Rollback()
    {
        foreach (var db in contexts) db.ChangeTracker.Clear();
        afterCommit.Clear();
        // Disposing an open transaction rolls it back; a broken connection has done so already.
        await Leave();
    }

    public async ValueTask DisposeAsync() => await Leave();

    private async Task Set(NpgsqlBatchCommand setting)
    {
        await using var batch = new NpgsqlBatch(Connection);
        batch.BatchCommands.Add(setting);
        await batch.ExecuteNonQueryAsync();
    }

    private void Join(DbContext db)
    {
        db.Database.SetDbConnection(connection);
        db.Database.UseTransaction(transaction);
    }

    private async Task Leave()
    {
        if (connection is null) return;
        foreach (var db in contexts)
        {
            db.Database.UseTransaction(null);
            db.Database.SetDbConnection(null);
        }

        events.Clear();
        if (transaction is not null) await transaction.DisposeAsync();
        transaction = null;
        await connection.DisposeAsync();
        connection = null;
    }
}
