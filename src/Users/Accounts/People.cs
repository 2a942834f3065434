using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Marketplace.Users;

/// <summary>The module's promise, kept.</summary>
internal sealed class People(
    NpgsqlDataSource source, UnitOfWork work, LiveSessions sessions, ILookupNormalizer normalizer, GuestAccounts guests, PasswordLinks links, MailedLinks mailed, Tiers tiers, IAudit audit, TimeProvider clock) : IUsers
{
    async Task<IReadOnlyList<Guid>> IUsers.WithRight(string right, CancellationToken stop)
    {
        const string sql = "SELECT DISTINCT a.id FROM users.accounts a JOIN users.account_rights r ON r.account = a.id WHERE r.name IN ($1, 'owner') AND a.status = 'active' ORDER BY a.id";
        return await (work.IsOpen ? work.Command(sql, right) : source.Command(sql, right)).List(r => r.GetGuid(0), stop);
    }

    async Task<IReadOnlyDictionary<Guid, Person>> IUsers.People(IReadOnlyCollection<Guid> accounts, CancellationToken stop)
    {
        if (accounts.Count == 0) return new Dictionary<Guid, Person>();
        var people = await Of(accounts, $"SELECT a.id, a.username, a.display_name, {TierRules.EffectiveTier} FROM users.accounts a LEFT JOIN users.profiles p ON p.account = a.id WHERE a.id {Sql.OneOf}")
            .List(r => new Person(r.GetGuid(0), r.GetString(1), r.GetString(2), Enum.Parse<SellerTier>(r.GetString(3), true)), stop);
        return people.ToDictionary(p => p.Account);
    }

    public PostalAddress CheckAddress(PostalAddress written) => AddressRules.Check(written, clock);

    public async Task<PostalAddress?> UsualAddress(Guid account) =>
        (await (work.IsOpen ? AskOpen(account) : source.CommandFor(account, UsualAddressSql, account).List(AddressOf))).FirstOrDefault();

    public IReadOnlyList<(string Code, string Name)> Countries => Users.Countries.All;

    private const string UsualAddressSql = "SELECT name, line1, line2, postcode, city, region, country, phone FROM users.addresses WHERE account = $1 ORDER BY default_for_delivery DESC, id DESC LIMIT 1";

    private Task<List<PostalAddress>> AskOpen(Guid account) => work.Command(UsualAddressSql, account).List(AddressOf);

    private static PostalAddress AddressOf(NpgsqlDataReader r)
    {
        string? Text(int column) => r.IsDBNull(column) ? null : r.GetString(column);
        return new PostalAddress(r.GetString(0), r.GetString(1), Text(2), Text(3), r.GetString(4), Text(5), r.GetString(6), Text(7));
    }

    public async Task<IReadOnlyDictionary<Guid, Contact>> Contacts(IReadOnlyCollection<Guid> accounts, CancellationToken stop = default)
    {
        if (accounts.Count == 0) return new Dictionary<Guid, Contact>();
        var contacts = await Of(accounts, $"SELECT id, email, display_name, language, email_verified_at IS NOT NULL AND status = 'active' FROM users.accounts WHERE id {Sql.OneOf} AND status <> 'deleted'")
            .List(r => new Contact(r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3)) { IsVerified = r.GetBoolean(4) }, stop);
        return contacts.ToDictionary(c => c.Account);
    }

    public async Task<IReadOnlyDictionary<Guid, DateTimeOffset>> Since(IReadOnlyCollection<Guid> accounts, CancellationToken stop = default) =>
        (await Of(accounts, $"SELECT id, created_at FROM users.accounts WHERE id {Sql.OneOf}").List(r => (Account: r.GetGuid(0), At: r.GetFieldValue<DateTimeOffset>(1)), stop)).ToDictionary(a => a.Account, a => a.At);

    public Task Grant(Guid account, string capability) => Insert("account_capabilities", account, [capability], Capabilities.All);

    public async Task Revoke(Guid account, string capability)
    {
        if (await work.Command("DELETE FROM users.account_capabilities WHERE account = $1 AND name = $2", account, capability).Execute() > 0) sessions.ForgetAccount(account, work);
    }

    public Task<bool> May(Guid account, string capability, CancellationToken stop = default)
    {
        const string sql = "SELECT EXISTS (SELECT FROM users.account_capabilities WHERE account = $1 AND name = $2)";
        return (work.IsOpen ? work.Command(sql, account, capability) : source.Command(sql, account, capability)).Scalar<bool>(stop);
    }

    public Task<int> ReportsAbout(Guid subject, CancellationToken stop = default)
    {
        const string sql = "SELECT count(*)::int FROM users.reports WHERE subject = $1";
        return (work.IsOpen ? work.Command(sql, subject) : source.Command(sql, subject)).Scalar<int>(stop);
    }

    public async Task<IReadOnlyList<Guid>> Holders(string right, CancellationToken stop = default)
    {
        const string sql = "SELECT r.account FROM users.account_rights r JOIN users.accounts a ON a.id = r.account WHERE r.name = $1 AND a.status = 'active' ORDER BY 1 LIMIT 100";
        return await (work.IsOpen ? work.Command(sql, right) : source.Command(sql, right)).List(r => r.GetGuid(0), stop);
    }

    public Task GrantRight(Guid account, string right) => Staff(account, [right]);

    public Task MakeOwner(Guid account) => Staff(account, Rights.All);

    public async Task SetTier(Guid account, SellerTier tier)
    {
        await work.Command("UPDATE users.accounts SET tier = $2 WHERE id = $1", account, tier.ToText()).Execute();
        sessions.ForgetAccount(account, work);
    }

    public async Task<SellerTier?> OwnTier(Guid account, CancellationToken stop = default)
    {
        const string sql = "SELECT tier FROM users.accounts WHERE id = $1";
        return (await (work.IsOpen ? work.Command(sql, account) : source.Command(sql, account)).Scalar<string>(stop)).ReadChoice<SellerTier>();
    }

    public TierTerms Terms(SellerTier tier) => tiers.Of(tier);

    public async Task<Guid?> FindByEmail(string email, CancellationToken stop = default)
    {
        const string sql = "SELECT id FROM users.accounts WHERE normalized_email = $1";
        var name = normalizer.NormalizeEmail(email.Trim());
        var found = await (work.IsOpen ? work.Command(sql, name) : source.Command(sql, name)).Scalar<Guid>(stop);
        return found == Guid.Empty ? null : found;
    }

    public Task<long> Count(CancellationToken stop = default) => source.Command("SELECT count(*) FROM users.accounts").Scalar<long>(stop);

    public Task<NewAccount> PrepareAccount(string email, string? displayName, string? password, HttpContext http) => guests.Prepare(email, displayName, password, Visit.Of(http));

    public Task<Guid> OpenAccount(NewAccount account) => guests.Open(account, this);

    Task IUsers.SignIn(Guid account, HttpContext http) => guests.SignIn(account, Way.Password, null, http);

    public Task<string?> OpenPasswordLink(PasswordLinkAsked asked, CancellationToken stop = default) => links.PathOf(asked, stop);

    public Task<MailedLinkLetter?> OpenMailedLink(MailedLinkAsked asked, CancellationToken stop = default) => mailed.Letter(asked, stop);

    public async Task<string?> SanctionReason(Guid sanction, CancellationToken stop = default) => (await source.Command(
        "SELECT coalesce(s.lift_reason, a.answer, s.reason) FROM users.sanctions s LEFT JOIN users.appeals a ON a.sanction = s.id WHERE s.id = $1", sanction).List(r => r.GetString(0), stop)).FirstOrDefault();

    // A transaction that took a second connection out of the pool would, among enough of its like, wait for itself.
    private NpgsqlCommand Of(IReadOnlyCollection<Guid> accounts, string sql)
    {
        var ids = accounts.Distinct().ToArray();
        return work.IsOpen ? work.Command(sql, ids) : source.Command(sql, ids);
    }

    // By the operator's command: nobody is signed in.
    private async Task Staff(Guid account, IReadOnlyList<string> rights)
    {
        await Insert("account_rights", account, rights, Rights.All);
        await audit.Write(Caller.System, "users.rights_granted", "account", account, new { rights });
    }

    private async Task Insert(string table, Guid account, IReadOnlyList<string> names, IReadOnlyList<string> known)
    {
        if (names.FirstOrDefault(name => !known.Contains(name, StringComparer.Ordinal)) is { } unknown) throw new ArgumentException($"There is no '{unknown}' to grant.", nameof(names));
        await work.Command($"INSERT INTO users.{table} (account, name, granted_at) SELECT $1, n, $3 FROM unnest($2::text[]) n ON CONFLICT DO NOTHING", account, names.ToArray(), clock.GetUtcNow()).Execute();
        sessions.ForgetAccount(account, work);
    }
}
