using Marketplace.Kernel;

namespace Marketplace.Users;

/// <summary>Accounts as others point at them.</summary>
internal sealed class AccountSubject(IUsers users) : ISubject
{
    public string Kind => "account";

    public bool IsReportable => true;

    public async Task<IReadOnlyDictionary<Guid, Subject>> Find(IReadOnlyCollection<Guid> ids, CancellationToken stop = default) =>
        (await users.People(ids, stop)).Values.ToDictionary(p => p.Account, p => new Subject(Kind, p.Account, $"@{p.Username}", $"/admin/people/{p.Account}", p.Account) { IsPublic = true });
}
