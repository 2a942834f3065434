using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>A destination as its person and staff see it: never more of the details than the mask.</summary>
/// <param name="Way"><c>bank</c>, <c>paypal</c>, <c>stripe</c>, <c>sandbox</c>.</param>
/// <param name="Reason">Why it was refused.</param>
/// <param name="UsableFrom">Before that no payout goes there.</param>
internal sealed record DestinationView(
    Guid Id, string Way, string Mask, string? Country, DestinationState State, string? Reason, DateTimeOffset UsableFrom, DateTimeOffset CreatedAt, DateTimeOffset? RemovedAt)
{
    public static DestinationView Of(Destination d) => new(d.Id, d.Way, d.Mask, d.Country, d.State, d.Reason, d.UsableFrom, d.CreatedAt, d.RemovedAt);
}

/// <param name="Account">Whose it is.</param>
internal sealed record DestinationReview(Guid Account, DestinationView Destination);

/// <summary>A new place for one's money. It is checked, waits, and its owner is told, whoever added it.</summary>
internal static class AddDestination
{
    /// <param name="Way">One that is configured here.</param>
    /// <param name="Holder">Of a bank account, with <paramref name="Iban"/> or, where there are none, <paramref name="AccountNumber"/>, <paramref name="BankCode"/> and <paramref name="Country"/>.</param>
    /// <param name="Email">Of a PayPal account.</param>
    /// <param name="StripeAccount">A connected account.</param>
    /// <param name="Scenario">Of the sandbox.</param>
    public sealed record Request(
        string Way, string? Holder = null, string? Iban = null, string? Bic = null, string? AccountNumber = null, string? BankCode = null, string? Country = null,
        string? Email = null, string? StripeAccount = null, string? Scenario = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Way).NotEmpty().MaximumLength(40).Matches("^[ -~]*$").WithMessage("Choose where the money goes.");
            foreach (var field in new System.Linq.Expressions.Expression<Func<Request, string?>>[] { r => r.Holder, r => r.Iban, r => r.Bic, r => r.AccountNumber, r => r.BankCode, r => r.Country, r => r.Email, r => r.StripeAccount, r => r.Scenario })
                RuleFor(field).MaximumLength(200).Must(t => t is null || !t.Contains('\0', StringComparison.Ordinal)).WithMessage("This is too long.");
        }
    }

    /// <summary>So many may stand beside each other.</summary>
    private const int Most = 5;

    /// <exception cref="Refused">403 <c>step_up_required</c>; 422 <c>payout_way_unknown</c>, <c>invalid</c>; 409 <c>destinations_full</c>.</exception>
    public static async Task<DestinationView> Handle(
        Request request, Caller caller, IEnumerable<IPayoutProvider> providers, WalletDb db, UnitOfWork work, Secrets secrets, PayoutTerms terms, IAudit audit, TimeProvider clock)
    {
        caller.MustBeFresh(clock);
        var provider = providers.FirstOrDefault(p => p.Key == request.Way) ?? throw new Refused("payout_way_unknown", 422, "There is no such way to be paid here.");
        var details = provider.Key switch
        {
            ByBank.Name => DestinationDetails.OfBank(request.Holder, request.Iban, request.Bic, request.AccountNumber, request.BankCode, request.Country),
            "paypal" => DestinationDetails.OfEmail(request.Email),
            "stripe" => DestinationDetails.OfStripe(request.StripeAccount),
            _ => SandboxPayouts.DetailsOf(request.Scenario),
        };
        var now = clock.GetUtcNow();
        // One at a time a person, so that their number is true.
        await work.Command("SELECT pg_advisory_xact_lock(hashtextextended('wallet.payout_destinations' || $1::text, 0))", caller.Account).Execute();
        if (await db.Destinations.CountAsync(d => d.Account == caller.Account && d.RemovedAt == null) >= Most) throw new Refused("destinations_full", 409, "There is room for five destinations. Remove one first.");
        var added = Destination.Add(Ids.New(clock), caller.Account, provider.Key, details, secrets, terms.DestinationWait, now);
        db.Destinations.Add(added);
        await audit.Write(caller, "wallet.destination_added", "account", caller.Account, new { destination = added.Id, way = added.Way });
        work.Publish(new PayoutDestinationAdded(caller.Account, added.Id, added.UsableFrom));
        return DestinationView.Of(added);
    }
}

/// <summary>No payout goes there any more. What went there keeps it.</summary>
internal static class RemoveDestination
{
    /// <exception cref="Refused">404; 403 <c>step_up_required</c>; 409 <c>destination_in_use</c>.</exception>
    public static async Task Handle(Guid id, Caller caller, WalletDb db, UnitOfWork work, IUsers users, IAudit audit, TimeProvider clock)
    {
        caller.MustBeFresh(clock);
        var destination = await Destinations.Locked(id, db);
        if (destination is null || destination.Account != caller.Account || destination.RemovedAt is not null) throw Refused.NotFound();
        if (await db.Payouts.AnyAsync(p => p.DestinationId == id && p.EndedAt == null)) throw new Refused("destination_in_use", 409, "A payout is on its way there. Wait for its end, or cancel it.");
        destination.Remove(clock.GetUtcNow());
        await work.Flush();
        await Destinations.Follow(caller.Account, db, users);
        await audit.Write(caller, "wallet.destination_removed", "account", caller.Account, new { destination = id });
    }
}

/// <summary>Staff has compared a destination with its person: the name of the holder above all.</summary>
internal static class JudgeDestination
{
    /// <param name="Verified">False refuses it, with a reason that the person reads.</param>
    public sealed record Request(bool Verified, string? Reason = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Reason).Must(t => !string.IsNullOrWhiteSpace(t) && t.Length <= 1000).When(r => !r.Verified).WithErrorCode("reason").WithMessage("Say why, in up to 1,000 characters. The person reads it.");
    }

    /// <exception cref="Refused">404; 403 <c>own_destination</c>, <c>step_up_required</c>; 409 <c>destination_decided</c>.</exception>
    public static async Task<DestinationView> Handle(Guid id, Request request, Caller caller, WalletDb db, UnitOfWork work, IUsers users, IAudit audit, TimeProvider clock)
    {
        caller.MustHave(Rights.Finance);
        var destination = await Destinations.Locked(id, db) ?? throw Refused.NotFound();
        caller.MustBeFresh(clock);
        await Destinations.Decide(destination, request.Verified, request.Reason, caller.Account, db, work, users, clock);
        await audit.Write(caller, request.Verified ? "wallet.destination_verified" : "wallet.destination_refused", "account", destination.Account, new { destination = id, request.Reason });
        return DestinationView.Of(destination);
    }
}

/// <summary>Shows staff where money goes, in full. Each look stands in the audit log.</summary>
internal static class RevealDestination
{
    /// <exception cref="Refused">404; 403 <c>step_up_required</c>; 409 <c>destination_erased</c>.</exception>
    public static async Task<DestinationDetails> Handle(Guid id, Caller caller, WalletDb db, Secrets secrets, IAudit audit, TimeProvider clock)
    {
        caller.MustHave(Rights.Finance);
        var destination = await db.Destinations.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id) ?? throw Refused.NotFound();
        caller.MustBeFresh(clock);
        if (destination.Details is null) throw new Refused("destination_erased", 409, "The person was erased, and this with them.");
        await audit.Write(caller, "wallet.destination_seen", "account", destination.Account, new { destination = id });
        return destination.Open(secrets);
    }
}

/// <summary>What the acts on destinations share.</summary>
internal static class Destinations
{
    public static async Task<Destination?> Locked(Guid id, WalletDb db) =>
        (await db.Destinations.FromSql($"SELECT * FROM wallet.payout_destinations WHERE id = {id} FOR UPDATE").ToListAsync()).SingleOrDefault();

    /// <param name="by">Null: its provider.</param>
    public static async Task Decide(Destination destination, bool verified, string? reason, Guid? by, WalletDb db, UnitOfWork work, IUsers users, TimeProvider clock)
    {
        if (verified) destination.Verify(by, clock.GetUtcNow());
        else destination.Refuse(reason ?? "The provider does not know this account.", by, clock.GetUtcNow());
        await work.Flush();
        await Follow(destination.Account, db, users);
        work.Publish(new PayoutDestinationDecided(destination.Account, destination.Id, verified));
    }

    /// <summary>Who has a verified destination may withdraw, and nobody else.</summary>
    public static async Task Follow(Guid account, WalletDb db, IUsers users)
    {
        if (await db.Destinations.AnyAsync(d => d.Account == account && d.RemovedAt == null && d.State == DestinationState.Verified)) await users.Grant(account, Capabilities.CanWithdraw);
        else await users.Revoke(account, Capabilities.CanWithdraw);
    }

    /// <summary>Those that nobody has judged yet, the oldest first.</summary>
    public static Task<List<Destination>> Waiting(UnitOfWork work, WalletDb db, CancellationToken stop) => work.Read(() =>
        db.Destinations.AsNoTracking().Where(d => d.State == DestinationState.Pending && d.RemovedAt == null).OrderBy(d => d.CreatedAt).ThenBy(d => d.Id).Take(50).ToListAsync(stop));

    /// <summary>One's own, newest first, without those that are gone.</summary>
    public static Task<List<DestinationView>> Own(Caller caller, UnitOfWork work, WalletDb db, CancellationToken stop) => work.Read(async () =>
        (await db.Destinations.AsNoTracking().Where(d => d.Account == caller.Account && d.RemovedAt == null).OrderByDescending(d => d.CreatedAt).ThenByDescending(d => d.Id).ToListAsync(stop)).ConvertAll(DestinationView.Of));
}

/// <summary>Asks the ways that know it by themselves whether a new destination is good.</summary>
internal sealed class CheckDestinations(
    NpgsqlDataSource source, WalletDb db, UnitOfWork work, Writes writes, IUsers users, Secrets secrets, IEnumerable<IPayoutProvider> providers, TimeProvider clock, Microsoft.Extensions.Logging.ILogger<CheckDestinations> log) : IJob
{
    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var ways = providers.Where(p => p.VerifiesItself).ToDictionary(p => p.Key, StringComparer.Ordinal);
        if (ways.Count == 0) return;
        var due = await source.CommandOn("wallet.payout_destinations",
            "SELECT id, account FROM wallet.payout_destinations WHERE state = 'pending' AND removed_at IS NULL AND way = ANY ($1) ORDER BY created_at, id LIMIT 200", ways.Keys.ToArray())
            .List(r => (Id: r.GetGuid(0), Account: r.GetGuid(1)), stop);
        foreach (var (id, account) in due)
        {
            try
            {
                var details = await writes.Run(async () =>
                {
                    await work.ActFor(account);
                    return (Destination: await db.Destinations.AsNoTracking().SingleAsync(d => d.Id == id, stop), 0);
                });
                if (details.Destination.Details is null) continue;
                if (await ways[details.Destination.Way].Check(details.Destination.Open(secrets), stop) is not { } good) continue;
                await writes.Run(async () =>
                {
                    db.ChangeTracker.Clear();
                    await work.ActFor(account);
                    if (await Destinations.Locked(id, db) is { State: DestinationState.Pending, RemovedAt: null } destination) await Destinations.Decide(destination, good, null, null, db, work, users, clock);
                });
            }
            catch (Exception error) when (error is not Faults.Crash && !stop.IsCancellationRequested)
            {
                Microsoft.Extensions.Logging.LoggerExtensions.LogWarning(log, error, "Destination {Destination} could not be checked; it is asked again", id);
            }
        }
    }
}
