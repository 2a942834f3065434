using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>
/// Hands one approved payout to its provider and applies what it says: first it is marked, so that nobody takes it back any more; then
/// the call, holding nothing, with the payout's id as its key; then one transaction. Two that do it at once get the same answer, and only
/// the first of them finds it still open.
/// </summary>
internal sealed class SendPayout(
    NpgsqlDataSource source, WalletDb db, UnitOfWork work, Writes writes, Ledger ledger, IEnumerable<IPayoutProvider> providers, Secrets secrets, Faults faults, TimeProvider clock, ILogger<SendPayout> log)
{
    /// <summary>Asks about one that its provider has told something of.</summary>
    /// <exception cref="NotYetException">There is no such payout that was handed to a provider.</exception>
    public async Task Follow(Guid id, CancellationToken stop = default)
    {
        var account = await source.CommandOn("wallet.payouts", "SELECT account FROM wallet.payouts WHERE id = $1 AND state <> 'approved'", id).Scalar<Guid?>(stop)
            ?? throw new NotYetException("There is no such payout on its way.");
        await Handle(id, account, stop);
    }

    /// <param name="account">Whose it is: nobody is signed in here.</param>
    public async Task Handle(Guid id, Guid account, CancellationToken stop = default)
    {
        work.AssertClosed();
        var begun = await writes.Run(() => Begin(id, account));
        if (begun is not { } known) return;

        var outcome = await Ask(known.Payout, known.To, stop);
        faults.Pass(Faults.AfterProviderCall);
        await writes.Run(() => Apply(id, account, outcome));
    }

    private async Task<(Payout Payout, DestinationDetails To)?> Begin(Guid id, Guid account)
    {
        db.ChangeTracker.Clear();
        await work.ActFor(account);
        var payout = await Payouts.Locked(id, db);
        // What is paid is asked about, too, when its provider tells something of it: it may have come back.
        if (payout is not { State: PayoutState.Approved or PayoutState.Sending or PayoutState.Unknown or PayoutState.Sent or PayoutState.Paid } || Provider(payout).IsByHand) return null;
        var destination = await db.Destinations.SingleAsync(d => d.Id == payout.DestinationId);
        if (payout.State == PayoutState.Approved) payout.Submit(clock.GetUtcNow());
        return (payout, destination.Open(secrets));
    }

    private async Task<PayoutOutcome> Ask(Payout payout, DestinationDetails to, CancellationToken stop)
    {
        var (provider, order) = (Provider(payout), new PayoutOrder(payout.Id, payout.Net, to, payout.ProviderReference, payout.ApprovedAt!.Value));
        try
        {
            if (payout.State == PayoutState.Sending) return await provider.Send(order, stop);
            var outcome = await provider.Fetch(order, stop);
            // What was certainly never asked is asked now; what was sent once is not sent again, whatever is said of it.
            return outcome is not PayoutOutcome.NotThere ? outcome : payout.State == PayoutState.Unknown ? await provider.Send(order, stop) : new PayoutOutcome.Unknown();
        }
        catch (Exception error) when (!stop.IsCancellationRequested)
        {
            // Whatever went wrong, the money may have left: unknown is the only true word.
            log.LogWarning(error, "{Provider} did not answer for payout {Payout}", provider.Key, payout.Id);
            return new PayoutOutcome.Unknown();
        }
    }

    private async Task Apply(Guid id, Guid account, PayoutOutcome outcome)
    {
        db.ChangeTracker.Clear();
        await work.ActFor(account);
        var payout = await Payouts.Locked(id, db) ?? throw new InvalidOperationException($"Payout {id} is gone.");
        var (now, was) = (clock.GetUtcNow(), payout.State);
        if (was == PayoutState.Paid && outcome is PayoutOutcome.Failed back)
        {
            payout.Return(back.Code, now);
            await ledger.Post(PayoutPostings.Returned(payout, Provider(payout).Source));
            work.Publish(payout.Told(PayoutStep.Returned));
        }

        if (payout.EndedAt is not null) return;

        // What is told of a payout that never was "sent" here was sent all the same: the books say both.
        IEnumerable<Posting> Sent() => was == PayoutState.Sent ? [] : [PayoutPostings.Sent(payout)];
        switch (outcome)
        {
            case PayoutOutcome.Sent when was == PayoutState.Sent:
                payout.WaitForArrival(now);
                break;
            case PayoutOutcome.Sent sent:
                payout.Send(sent.Reference, now);
                await ledger.Post([.. Sent()]);
                work.Publish(payout.Told(PayoutStep.Sent));
                break;
            case PayoutOutcome.Paid paid:
                payout.Arrive(paid.Reference, now);
                await ledger.Post([.. Sent(), PayoutPostings.Paid(payout, Provider(payout).Source)]);
                work.Publish(payout.Told(PayoutStep.Paid));
                break;
            case PayoutOutcome.Failed failed:
                payout.Fail(failed.Code, now);
                await ledger.Post([.. Sent(), PayoutPostings.Failed(payout)]);
                work.Publish(payout.Told(PayoutStep.Failed));
                break;
            default:
                payout.LoseSight(now);
                break;
        }
    }

    private IPayoutProvider Provider(Payout payout) => providers.Single(p => p.Key == payout.Way);
}

/// <summary>Sends what is approved and asks about what is open: never submitted (we died in between), not answered, not arrived.</summary>
internal sealed class SweepPayouts(DueRows due, NpgsqlDataSource source, SendPayout send, IEnumerable<IPayoutProvider> providers, ILogger<SweepPayouts> log) : IJob
{
    private const int AtOnce = 100;

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var ways = providers.Where(p => !p.IsByHand).Select(p => p.Key).ToArray();
        var approved = await source.CommandOn("wallet.payouts", "SELECT id, account FROM wallet.payouts WHERE state = 'approved' AND way = ANY ($1) ORDER BY created_at, id LIMIT $2", ways, AtOnce).List(Read, stop);
        foreach (var one in approved)
        {
            try
            {
                await send.Handle(one.Payout, one.Account, stop);
            }
            catch (Exception error) when (error is not Faults.Crash && !stop.IsCancellationRequested)
            {
                log.LogError(error, "Payout {Payout} could not be sent; it is tried again", one.Payout);
            }
        }

        // Of a provider that is not configured any more nobody can ask; its payouts wait until it is again.
        await due.Each("wallet.payouts", "next_check_at", "id, account", Read, now, TimeSpan.FromMinutes(1), one => send.Handle(one.Payout, one.Account, stop), stop, $"way IN ({string.Join(", ", ways.Select(w => $"'{w}'").DefaultIfEmpty("''"))})");
    }

    private static (Guid Payout, Guid Account) Read(NpgsqlDataReader r) => (r.GetGuid(0), r.GetGuid(1));
}
