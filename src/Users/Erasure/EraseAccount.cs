using Marketplace.Kernel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Users;

/// <summary>
/// Somebody wants to be forgotten: in two weeks, unless they sign in again. Every session ends now. What is owed or open must be settled
/// first; a balance may be given up.
/// </summary>
internal static class EraseAccount
{
    public static readonly TimeSpan Grace = TimeSpan.FromDays(14);

    public sealed record Reply(DateTimeOffset DueAt);

    /// <exception cref="Refused">403 <c>step_up_required</c>; 409 <c>erasure_blocked</c>, whose errors say by what, <c>erasure_asked</c>.</exception>
    public static async Task<Reply> Handle(bool giveUpBalance, Caller caller, IEnumerable<IPersonalData> sections, UnitOfWork work, LiveSessions sessions, IAudit audit, TimeProvider clock)
    {
        caller.MustBeFresh(clock);
        var blocking = await Blocking(caller.Account, giveUpBalance, sections);
        if (blocking.Count > 0) throw new Refused("erasure_blocked", 409, "Something must be settled first.") { Errors = blocking.Select(b => new FieldError("/" + b.What.Code, b.What.Code, b.What.Detail)).ToList() };

        var now = clock.GetUtcNow();
        await CancelWhereBack(work, now);
        var due = now + Grace;
        if (await work.Command("INSERT INTO users.erasures (id, account, asked_at, due_at, give_up_balance) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING", Ids.New(clock), caller.Account, now, due, giveUpBalance).Execute() == 0)
            throw new Refused("erasure_asked", 409, "This account is being erased already.");
        await work.Command("UPDATE users.sessions SET ended_at = greatest($2, created_at) WHERE account = $1 AND ended_at IS NULL", caller.Account, now).Execute();
        sessions.ForgetAccount(caller.Account, work);
        work.Publish(new ErasureAsked(caller.Account, due));
        await audit.Write(caller, "users.erasure_asked", "account", caller.Account, new { due });
        return new Reply(due);
    }

    /// <summary>What stands in the way, and which section says so (in the words of its module).</summary>
    public static async Task<IReadOnlyList<(IPersonalData Section, Unsettled What)>> Blocking(Guid account, bool giveUp, IEnumerable<IPersonalData> sections)
    {
        var all = new List<(IPersonalData, Unsettled What)>();
        foreach (var section in sections) all.AddRange((await section.Unsettled(account)).Select(u => (section, u)));
        return all.Where(u => !giveUp || !u.What.CanGiveUp).ToList();
    }

    /// <summary>Who signed in since has changed their mind.</summary>
    public static Task CancelWhereBack(UnitOfWork work, DateTimeOffset now) => work.ExecuteOn(
        "users.sessions",
        """
        UPDATE users.erasures e SET cancelled_at = $1
        WHERE e.cancelled_at IS NULL AND e.done_at IS NULL
          AND EXISTS (SELECT FROM users.sessions s
                      WHERE s.account = e.account AND s.impersonator IS NULL AND s.created_at >= e.asked_at AND (s.ended_at IS NULL OR s.ended_at > e.asked_at))
        """,
        now);
}

/// <summary>
/// Forgets those whose two weeks are over: every module, from the right to the left, in one transaction a person. Who has something
/// unsettled by then is asked again each hour.
/// </summary>
internal sealed class ErasePeople(IServiceScopeFactory scopes, Writes writes, UnitOfWork work, NpgsqlDataSource source, ILogger<ErasePeople> log) : IJob
{
    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        await writes.Run(() => EraseAccount.CancelWhereBack(work, now));
        var due = await source.Command("SELECT account FROM users.erasures WHERE cancelled_at IS NULL AND done_at IS NULL AND due_at <= $1 ORDER BY due_at LIMIT 200", now).List(r => r.GetGuid(0), stop);
        foreach (var account in due)
        {
            await using var scope = scopes.CreateAsyncScope();
            try
            {
                await scope.ServiceProvider.GetRequiredService<Writes>().Run(() => Erase(account, now, scope.ServiceProvider));
            }
            catch (Exception error) when (!stop.IsCancellationRequested)
            {
                log.LogError(error, "An account could not be erased; it is tried again");
            }
        }
    }

    private static async Task Erase(Guid account, DateTimeOffset now, IServiceProvider services)
    {
        var work = services.GetRequiredService<UnitOfWork>();
        var sections = services.GetServices<IPersonalData>().ToList();
        await EraseAccount.CancelWhereBack(work, now);      // somebody may have signed in since the list was made
        var open = (await work.Command("SELECT e.id, e.give_up_balance FROM users.erasures e JOIN users.accounts a ON a.id = e.account WHERE e.account = $1 AND e.cancelled_at IS NULL AND e.done_at IS NULL FOR UPDATE OF e, a", account)
            .List(r => (Id: r.GetGuid(0), GiveUp: r.GetBoolean(1)))).SingleOrDefault();
        if (open.Id == Guid.Empty || (await EraseAccount.Blocking(account, open.GiveUp, sections)).Count > 0) return;

        // The right knows by the left whom a thing belongs to.
        foreach (var section in sections.AsEnumerable().Reverse()) await section.Erase(account);
        await work.Command("UPDATE users.erasures SET done_at = $2 WHERE id = $1", open.Id, now).Execute();
        services.GetRequiredService<LiveSessions>().ForgetAccount(account, work);
        await services.GetRequiredService<IAudit>().Write(Caller.System, "users.account_erased", "account", account);
        work.Publish(new PersonErased(account));
    }
}
