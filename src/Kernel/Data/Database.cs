using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Kernel;

/// <summary>
/// The one PostgreSQL database. <c>marketplace_owner</c> owns and migrates; the host works as <c>marketplace_app</c>, which owns nothing.
/// The role is a startup option of every session: a SET ROLE would be gone after a pooled connection's first use.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    public const string OwnerRole = "marketplace_owner", AppRole = "marketplace_app";

    private readonly string connectionString;
    private readonly LocalPostgres? server;

    private Database(string connectionString, string workingRole, LocalPostgres? server)
    {
        this.connectionString = connectionString;
        this.server = server;
        // A transaction that idles holds back every watermark and every vacuum: the server ends it.
        Source = NpgsqlDataSource.Create(As(workingRole, "-c idle_in_transaction_session_timeout=10s -c statement_timeout=30s"));
    }

    /// <summary>The embedded server, when the configuration named none.</summary>
    public LocalPostgres? Server => server;

    /// <summary>Sessions of the working role: all that the host does goes through here.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>
    /// Opens what the configuration names, or starts the embedded server when it names nothing; makes the roles and the
    /// database when they are missing. Migrations are the caller's next step (<see cref="Migrator"/>).
    /// </summary>
    public static async Task<Database> Open(DatabaseOptions options, ILogger log, CancellationToken stop = default)
    {
        LocalPostgres? server = null;
        var connectionString = options.ConnectionString;
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            server = await LocalPostgres.Start(new LocalPostgresOptions(options.LocalDirectory), line => log.LogInformation("{Line}", line), stop);
            connectionString = server.SuperuserConnectionString("marketplace");
        }

        try
        {
            if (server is not null) await CreateIfMissing(connectionString, stop);
            await EnsureRoles(connectionString, stop);
        }
        catch
        {
            if (server is not null) await server.DisposeAsync();
            throw;
        }

        return new Database(connectionString, options.WorkingRole, server);
    }

    /// <summary>A connection string for sessions of the given role.</summary>
    public string As(string role, string moreOptions = "")
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = role, IncludeErrorDetail = false };
        builder.Options = $"{builder.Options} -c role={role} {moreOptions}".Trim();
        if (role == OwnerRole)
        {
            builder.Pooling = false;
            return builder.ConnectionString;
        }

        builder.NoResetOnClose = true;      // nothing here outlives its transaction: settings are SET LOCAL, advisory locks are the transaction's
        if (builder.MaxPoolSize == 100) builder.MaxPoolSize = 64;
        // What a session has run twice stays prepared: planning took longer than running. A connection string may say otherwise.
        if (!new System.Data.Common.DbConnectionStringBuilder { ConnectionString = connectionString }.ContainsKey("Max Auto Prepare"))
            (builder.MaxAutoPrepare, builder.AutoPrepareMinUsages) = (200, 2);
        return builder.ConnectionString;
    }

    /// <summary>Refuses to work with the owner's power (or a superuser's): a bug could then rewrite the ledger.</summary>
    /// <exception cref="InvalidOperationException">The session's role is not <c>marketplace_app</c>.</exception>
    public async Task AssertWorkingRole(CancellationToken stop = default)
    {
        await using var command = Source.CreateCommand("SELECT current_user::text");
        var role = (string?)await command.ExecuteScalarAsync(stop);
        if (role != AppRole)
            throw new InvalidOperationException($"The host must work as {AppRole}, but its sessions are {role}. Check the connection string's options and any pooler in between.");
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        if (server is not null) await server.DisposeAsync();
    }

    /// <summary>Creates the named database when the server does not have it yet. For embedded and test servers.</summary>
    public static async Task CreateIfMissing(string connectionString, CancellationToken stop)
    {
        var name = new NpgsqlConnectionStringBuilder(connectionString).Database!;
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { Database = "postgres", Pooling = false }.ConnectionString);
        await using var exists = source.CreateCommand("SELECT 1 FROM pg_database WHERE datname = $1");
        exists.Parameters.AddWithValue(name);
        if (await exists.ExecuteScalarAsync(stop) is not null) return;

        await using var create = source.CreateCommand($"CREATE DATABASE \"{name}\"");
        await create.ExecuteNonQueryAsync(stop);
    }

    // Roles are cluster-wide, so two hosts (or two test databases) may race to make them: one advisory lock, then IF NOT EXISTS by hand.
    private static async Task EnsureRoles(string connectionString, CancellationToken stop)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await using var command = source.CreateCommand(
            $"""
            DO $$
            BEGIN
              PERFORM pg_advisory_xact_lock(hashtext('marketplace roles'));
              IF to_regrole('{OwnerRole}') IS NULL THEN CREATE ROLE {OwnerRole} NOLOGIN; END IF;
              IF to_regrole('{AppRole}') IS NULL THEN CREATE ROLE {AppRole} NOLOGIN; END IF;
              IF NOT pg_has_role(session_user, '{OwnerRole}', 'MEMBER') THEN EXECUTE format('GRANT {OwnerRole} TO %I', session_user); END IF;
              IF NOT pg_has_role(session_user, '{AppRole}', 'MEMBER') THEN EXECUTE format('GRANT {AppRole} TO %I', session_user); END IF;
              IF (SELECT d.datdba <> '{OwnerRole}'::regrole FROM pg_database d WHERE d.datname = current_database()) THEN
                EXECUTE format('ALTER DATABASE %I OWNER TO {OwnerRole}', current_database());
              END IF;
            END $$
            """);
        await command.ExecuteNonQueryAsync(stop);
    }
}

public sealed class DatabaseOptions
{
    /// <summary><c>ConnectionStrings:Marketplace</c>; empty starts the embedded server.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Where the embedded server keeps its data.</summary>
    public string LocalDirectory { get; set; } = ".local/postgres";

    /// <summary>The role of the host's sessions; anything but <c>marketplace_app</c> is refused at start.</summary>
    public string WorkingRole { get; set; } = Database.AppRole;
}
