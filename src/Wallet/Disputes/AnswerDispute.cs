using System.Globalization;
using System.Text;
using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>
/// Staff sends what speaks for the seller, once: it is written down first, then sent outside any transaction, as often as it takes. The
/// market's own part (order, contract, downloads, refunds) stands in it by itself.
/// </summary>
internal sealed class AnswerDispute(
    WalletDb db, UnitOfWork work, Writes writes, NpgsqlDataSource source, Blobs blobs, IEnumerable<IDisputedSales> sales, IEnumerable<IDisputeDesk> desks, IAudit audit, Faults faults, TimeProvider clock, ILogger<AnswerDispute> log)
{
    /// <param name="Statement">Of the market, in front of all else.</param>
    public sealed record Request(string? Statement);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Statement).MaximumLength(5000);
    }

    /// <returns>False when the provider did not take it yet: it is sent again by <see cref="SweepDisputes"/>.</returns>
    /// <exception cref="Refused">404; 409 <c>dispute_answered</c>, <c>dispute_over</c>.</exception>
    public async Task<bool> Handle(Guid id, Request request, Caller caller, CancellationToken stop)
    {
        caller.MustHave(Rights.Finance);
        await writes.Run(async () =>
        {
            var dispute = await Locked(id);
            // Under the lock, so that what is said until now is in it; reading it takes no lock of anybody.
            var text = await Compose(dispute, request.Statement, stop);
            dispute.Decide(text.Length > 100_000 ? text[..100_000] : text, caller.Account, clock.GetUtcNow());
            await audit.Write(caller, "wallet.dispute_answered", "dispute", id);
        });
        try
        {
            await Send(id, stop);
            return true;
        }
        catch (Exception error) when (error is not Faults.Crash && !stop.IsCancellationRequested)
        {
            // It is decided and written down: whoever decided has nothing more to do.
            log.LogWarning(error, "The answer to dispute {Dispute} did not arrive; it is sent again", id);
            return false;
        }
    }

    /// <summary>What was decided to be sent arrives; a second time changes nothing.</summary>
    public async Task Send(Guid id, CancellationToken stop)
    {
        work.AssertClosed();
        var dispute = await db.Disputes.AsNoTracking().SingleAsync(d => d.Id == id, stop);
        if (dispute is not { Answer: { } answer, AnsweredAt: null }) return;
        await desks.Single(d => d.Key == dispute.Provider).Answer(dispute.Reference, answer, await DisputeEvidence.Files(id, source, blobs, stop), stop);
        faults.Pass(Faults.AfterProviderCall);
        await writes.Run(async () => (await Locked(id)).Sent(clock.GetUtcNow()));
    }

    /// <summary>All that would be sent now: what the market knows, then what people said.</summary>
    public async Task<string> Compose(Dispute dispute, string? statement, CancellationToken stop)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
        if (!string.IsNullOrWhiteSpace(statement)) Line($"{statement.Trim()}\n");
        Line($"Payment {dispute.PaymentId}, disputed amount {Amount(dispute.Amount)}.");
        foreach (var known in sales)
        {
            if (dispute.Purpose != Charge.ForOrder || await known.Find(dispute.SubjectId, stop) is not { } order) continue;
            Line($"Order {order.Number}, placed {order.PlacedAt:u}, paid {order.PaidAt:u}.");
            foreach (var line in order.Lines)
            {
                Line($"\n{line.Title} ({line.Licence}), {Amount(line.Price)}, given back {Amount(line.Refunded)}.");
                if (line.ContractSha256 is { } sha) Line($"Licence contract of {line.ContractAt:u}, SHA-256 {sha}.");
                Line($"Downloads: {line.Downloads.Count}.");
                foreach (var download in line.Downloads.Take(50)) Line($"  {download.At:u} {download.File}, client {download.Client ?? "not kept"}");
            }

            Line($"\nRefunds: the market's support decides about each line, and gives the money back the way it was paid. What was given back stands above.");
        }

        foreach (var said in await DisputeEvidence.Of(dispute.Id, source, stop))
        {
            if (said.Text is { } words) Line($"\n{(said.ByStaff ? "The market" : "The seller")}, {said.At:u}:\n{words}");
            else if (said.FileName is { } file) Line($"\n{(said.ByStaff ? "The market" : "The seller")}, {said.At:u}: file {file} ({said.Size} bytes, SHA-256 {Convert.ToHexStringLower(said.Sha256!)})");
        }

        return text.ToString();
    }

    private static string Amount(Money money) => $"{money.Major.ToString($"F{money.Currency.Exponent}", CultureInfo.InvariantCulture)} {money.Currency.Code}";

    private async Task<Dispute> Locked(Guid id)
    {
        db.ChangeTracker.Clear();
        return (await db.Disputes.FromSql($"SELECT * FROM wallet.payment_disputes WHERE id = {id} FOR UPDATE").ToListAsync()).SingleOrDefault() ?? throw Refused.NotFound();
    }
}
