using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Users;

/// <summary>API keys: their names are the person's words. Erased, they are gone and dead at once.</summary>
internal sealed class KeysOfPerson(UsersDb db, UnitOfWork work, LiveKeys keys) : IPersonalData
{
    public string Section => "api_keys";

    public async Task<object?> Export(Guid account, CancellationToken stop = default)
    {
        var kept = await db.Keys.AsNoTracking().Where(k => k.Account == account).OrderBy(k => k.Id).ToListAsync(stop);
        return kept.Count == 0 ? null : kept.Select(KeyView.Of).ToList();
    }

    public async Task Erase(Guid account)
    {
        await work.Command("DELETE FROM users.api_keys WHERE account = $1", account).Execute();
        keys.ForgetAccount(account, work);
    }
}
