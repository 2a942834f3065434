using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Marketplace.Wallet;

/// <summary>
/// Asks a provider about a dispute and follows what it says: the call first, holding nothing, then the beginning in one transaction and
/// what became of it in another. Whatever is heard in whatever order, a dispute begins before it ends. Safe to repeat.
/// </summary>
internal sealed class RefreshDispute(
    WalletDb db, UnitOfWork work, Writes writes, Ledger ledger, TopUpDispute topUps, IEnumerable<IDisputeDesk> desks, SubmitPayment payments, Faults faults, TimeProvider clock, ILogger<RefreshDispute> log)
{
    /// <exception cref="NotYetException">The provider does not know it, or its payment has not arrived here.</exception>
    public async Task Handle(string provider, string reference, CancellationToken stop = default)
    {
        work.AssertClosed();
        var desk = desks.FirstOrDefault(d => d.Key == provider) ?? throw new InvalidOperationException($"{provider} has no desk for disputes.");
        var there = await desk.Fetch(reference, stop) ?? throw new NotYetException("The provider knows no such dispute.");
        faults.Pass(Faults.AfterProviderCall);

        // A payment whose answer was lost may be disputed before we know that it was made.
        if (!await db.Charges.AnyAsync(c => c.Id == there.Payment && c.Provider == provider, stop)) throw new NotYetException("There is no such payment here yet.");
        await payments.Handle(there.Payment, stop);
        await writes.Run(() => Open(there));
        await writes.Run(() => Follow(provider, there));
    }

    private async Task Open(ProviderDispute there)
    {
        db.ChangeTracker.Clear();
        // Refunds of the payment wait here, and see the dispute afterwards.
        var payment = (await db.Charges.FromSql($"SELECT * FROM wallet.payments WHERE id = {there.Payment} FOR UPDATE").AsNoTracking().ToListAsync()).Single();
        if (await db.Disputes.AnyAsync(d => d.Provider == payment.Provider && d.Reference == there.Reference)) return;

        var now = clock.GetUtcNow();
        var dispute = Dispute.Open(Ids.New(clock), payment, there, now);
        db.Disputes.Add(dispute);
        await work.Flush();
        var postings = new List<Posting>
        {
            new($"dispute_taken:{dispute.Id}", "dispute_taken", dispute.SubjectReference, Account.DisputeTransit.Minus(dispute.Amount), Account.Clearing(dispute.Provider).Plus(dispute.Amount)),
        };
        if (dispute.Purpose == Charge.ForTopUp) postings.Add(await topUps.Take(dispute, now));
        await ledger.Post(postings);
        work.Publish(dispute.Told(DisputeState.NeedsResponse));
    }

    private async Task Follow(string provider, ProviderDispute there)
    {
        db.ChangeTracker.Clear();
        var dispute = (await db.Disputes.FromSql($"SELECT * FROM wallet.payment_disputes WHERE provider = {provider} AND reference = {there.Reference} FOR UPDATE").ToListAsync()).Single();
        var postings = new List<Posting>();
        if (dispute.LearnFee(there.Fee))
            postings.Add(new Posting($"dispute_fee:{dispute.Id}", "dispute_fee", dispute.SubjectReference, Account.Clearing(provider).Plus(dispute.FeeAmount), Account.DisputeExpense.Minus(dispute.FeeAmount)));

        var now = clock.GetUtcNow();
        switch (there.State)
        {
            case ProviderDisputeState.UnderReview when dispute.IsOpen:
                dispute.Review();
                break;
            case ProviderDisputeState.Won when dispute.IsOpen:
                dispute.End(DisputeState.Won, now);
                postings.Add(new Posting($"dispute_returned:{dispute.Id}", "dispute_returned", dispute.SubjectReference, Account.Clearing(provider).Minus(dispute.Amount), Account.DisputeTransit.Plus(dispute.Amount)));
                if (dispute.Purpose == Charge.ForTopUp) postings.Add(await topUps.Return(dispute, now));
                work.Publish(dispute.Told(DisputeState.Won));
                break;
            case ProviderDisputeState.Lost when dispute.IsOpen:
                dispute.End(DisputeState.Lost, now);
                work.Publish(dispute.Told(DisputeState.Lost));
                break;
            case ProviderDisputeState.Won or ProviderDisputeState.Lost when dispute.State.ToString() != there.State.ToString():
                log.LogCritical("Dispute {Dispute} is {Here} here, and {There} at {Provider}", dispute.Id, dispute.State, there.State, provider);
                break;
            default:
                break;
        }

        if (postings.Count > 0) await ledger.Post(postings);
    }
}

/// <summary>Asks about disputes that are open now and then, should an event be lost, and sends answers that were decided and never left.</summary>
internal sealed class SweepDisputes(DueRows due, Npgsql.NpgsqlDataSource source, RefreshDispute refresh, AnswerDispute answer, ILogger<SweepDisputes> log) : IJob
{
    private const int AtOnce = 100;

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var unsent = await source.Command("SELECT id FROM wallet.payment_disputes WHERE answer_at < $1 AND answered_at IS NULL AND next_check_at IS NOT NULL LIMIT $2", now.AddMinutes(-2), AtOnce).List(r => r.GetGuid(0), stop);
        foreach (var id in unsent) await Try(id, () => answer.Send(id, stop), stop);
        await due.Each("wallet.payment_disputes", "next_check_at", "provider, reference", r => (Provider: r.GetString(0), Reference: r.GetString(1)), now, Dispute.Check, one => refresh.Handle(one.Provider, one.Reference, stop), stop);
    }

    private async Task Try(Guid id, Func<Task> act, CancellationToken stop)
    {
        try
        {
            await act();
        }
        catch (Exception error) when (error is not Faults.Crash && !stop.IsCancellationRequested)
        {
            log.LogError(error, "Dispute {Dispute} could not be answered; it is tried again", id);
        }
    }
}
