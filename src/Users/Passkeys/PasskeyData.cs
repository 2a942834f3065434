using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Users;

/// <summary>Passkeys, by the names that their owner gave them.</summary>
internal sealed class PasskeyData(NpgsqlDataSource source, UnitOfWork work) : IPersonalData
{
    public string Section => "passkeys";

    public string About => "Your passkeys, without their keys.";

    public async Task<object?> Export(Guid account, CancellationToken stop = default) => await ListPasskeys.Handle(Caller.For(account), source, stop) is { Count: > 0 } kept ? kept : null;

    public Task Erase(Guid account) => work.Command("DELETE FROM users.passkeys WHERE account = $1", account).Execute();
}
