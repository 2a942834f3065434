using Npgsql;

namespace Marketplace.Tests.Kernel;

public sealed class LocalPostgresTests
{
    [Fact]
    public async Task What_was_committed_survives_an_immediate_stop_and_starts_at_once_share_one_server()
    {
        if (Environment.GetEnvironmentVariable("MARKETPLACE_TEST_DB") is { Length: > 0 }) return;   // then there need not be binaries

        var directory = Path.Combine(TestServer.Home, "crash");
        await using var server = await LocalPostgres.Start(new LocalPostgresOptions(directory));
        await TestServer.Execute(server.SuperuserConnectionString(), "DROP TABLE IF EXISTS kept; CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)");

        await server.StopImmediate();
        await Should.ThrowAsync<NpgsqlException>(() => TestServer.Execute(server.SuperuserConnectionString(), "SELECT 1"));

        await server.Restart();
        var others = await Task.WhenAll(LocalPostgres.Start(new LocalPostgresOptions(directory)), LocalPostgres.Start(new LocalPostgresOptions(directory)));
        others.ShouldAllBe(o => o.Port == server.Port);
        foreach (var other in others) await other.DisposeAsync();

        // Who joined does not stop it.
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server.SuperuserConnectionString()) { Pooling = false }.ConnectionString);
        (await source.Command("SELECT count(*) FROM kept").Scalar<long>()).ShouldBe(1);
    }
}
