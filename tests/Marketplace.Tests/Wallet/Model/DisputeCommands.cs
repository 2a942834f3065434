using Marketplace.Kernel;
using Marketplace.Orders;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Model;

/// <summary>A payer's bank takes money of a card's payment back: of an order, or of a top-up.</summary>
internal sealed class Contest
{
    public Order? Order { get; init; }

    public TopUp? TopUp { get; init; }

    public required long Amount { get; init; }

    /// <summary>Null while the bank has not decided.</summary>
    public bool? Won { get; set; }

    public bool Blamed { get; set; }

    /// <summary>What nobody had left to give.</summary>
    public long Borne { get; set; }

    public List<Part> Parts { get; } = [];

    public string Currency => Order?.Currency ?? TopUp!.Currency;

    public long Fee => Currency == "KWD" ? 15_000 : 1_500;

    /// <param name="Held">Taken from the line's hold; the rest its seller gave.</param>
    public sealed record Part(Line Line, long Amount, long Commission, long Held);
}

/// <summary>The provider tells of a dispute; what follows is heard by the order in the next step, as an event would bring it.</summary>
internal abstract class DisputeCommand : RepeatableCommand
{
    protected Contest Contest { get; set; } = null!;

    protected static async Task<string> Follow(Stage stage, Contest contest)
    {
        var reference = stage.Contests[contest];
        await stage.Outside(async services =>
        {
            await services.GetRequiredService<RefreshDispute>().Handle(SandboxProvider.Name, reference);
            return true;
        });
        return await stage.Do(async services =>
        {
            var dispute = await services.GetRequiredService<WalletDb>().Disputes.AsNoTracking().SingleAsync(d => d.Reference == reference);
            var orders = services.GetRequiredService<OnPaymentDisputed>();
            // An event is handled and ticked off in one transaction: what was heard before a death is not heard again.
            var lines = await services.GetRequiredService<OrdersDb>().LineDisputes.AsNoTracking().Where(l => l.DisputeId == dispute.Id).ToListAsync();
            if (dispute.TakenAt is null) await orders.Handle(dispute.Told(DisputeState.NeedsResponse), default);
            else if (dispute.EndedAt is not null && (lines.Exists(l => l.Outcome is null) || (dispute is { State: DisputeState.Won, ReturnedAt: null }))) await orders.Handle(dispute.Told(dispute.State), default);
            return dispute.State.ToString();
        });
    }
}

internal sealed class OpenDispute(int which, int part) : DisputeCommand
{
    private Order? order;
    private TopUp? topUp;
    private long amount;

    public override bool Precondition(Books books)
    {
        var orders = books.Orders.Where(o => o is { Paid: true, Card: not null, Total: > 0 } && Undisputed(books, o) > 0).ToList();
        var topUps = books.TopUps.Where(t => t.State == Paying.Done && books.Contests.TrueForAll(c => c.TopUp != t)).ToList();
        if (orders.Count == 0 && topUps.Count == 0) return false;
        // One in four is about a top-up.
        var aboutOrder = orders.Count > 0 && (which % 4 != 0 || topUps.Count == 0);
        order = aboutOrder ? Pick(orders, which / 4) : null;
        topUp = aboutOrder ? null : Pick(topUps, which / 4);
        amount = Math.Min(Math.Max(1, (order?.Total ?? topUp!.Amount) * Math.Min(part, 1_000) / 1_000), order is null ? long.MaxValue : Undisputed(books, order));
        return true;
    }

    protected override string First(Books books)
    {
        Contest = new Contest { Order = order, TopUp = topUp, Amount = amount };
        books.Contests.Add(Contest);
        books.Add("psp_clearing", Contest.Currency, amount + Contest.Fee);
        books.Add("expense_dispute", Contest.Currency, -Contest.Fee);
        if (topUp is not null) books.Take(topUp.Person, topUp.Currency, amount);
        else Take(books, order!);
        return nameof(DisputeState.NeedsResponse);
    }

    public override string Again(Books books) => Contest.Won switch { null => nameof(DisputeState.NeedsResponse), true => nameof(DisputeState.Won), false => nameof(DisputeState.Lost) };

    public override async Task<string> Run(Stage stage)
    {
        if (!stage.Contests.ContainsKey(Contest))
        {
            stage.Contests[Contest] = await stage.Outside(async services =>
            {
                var payment = topUp is not null ? stage.TopUps[topUp] : (await services.GetRequiredService<IWallet>().PaymentFor(stage.Orders[order!].Id))!.Id;
                return (await services.GetRequiredService<SandboxVoices>().OpenDispute(payment, amount, tell: false))!;
            });
        }

        return await Follow(stage, Contest);
    }

    // Over what the lines still have, largest remainders first; each line gives as it would for a refund. What is missing the market bears.
    private void Take(Books books, Order of)
    {
        var open = of.Lines.Where(l => l.Left > 0).ToList();
        var left = open.Sum(l => l.Left);
        var taken = Math.Min(amount, left);
        var shares = open.Select(l => (long)decimal.Floor((decimal)taken * l.Left / left)).ToList();
        var missing = (int)(taken - shares.Sum());
        foreach (var line in open.OrderByDescending(l => (decimal)taken * l.Left % left).Take(missing).ToList()) shares[open.IndexOf(line)]++;
        foreach (var (line, share) in open.Zip(shares).Where(s => s.Second > 0).ToList())
        {
            line.Disputed += share;
            var (commission, held) = Refunding.SellerGives(books, line, share);
            Contest.Parts.Add(new Contest.Part(line, share, commission, held));
        }

        Contest.Borne = amount - taken;
        books.Add("expense_dispute", of.Currency, -Contest.Borne);
    }

    private static long Undisputed(Books books, Order of) => of.FromCard - books.Contests.Where(c => c.Order == of && c.Won != true).Sum(c => c.Amount);

    public override string ToString() => $"the bank takes {amount} of {(order is null ? $"a top-up of {topUp!.Amount}" : $"order {order.Number}")}";
}

internal sealed class DecideDispute(int which, bool won) : DisputeCommand
{
    public override bool Precondition(Books books)
    {
        var open = books.Contests.Where(c => c.Won is null).ToList();
        if (open.Count == 0) return false;
        Contest = Pick(open, which);
        return true;
    }

    protected override string First(Books books)
    {
        Contest.Won = won;
        if (won) Return(books);
        return Again(books);
    }

    public override string Again(Books books) => won ? nameof(DisputeState.Won) : nameof(DisputeState.Lost);

    public override async Task<string> Run(Stage stage)
    {
        await stage.Outside(async services =>
        {
            await services.GetRequiredService<SandboxVoices>().DecideDispute(stage.Contests[Contest], won, tell: false);
            return true;
        });
        return await Follow(stage, Contest);
    }

    // Everybody has again what was taken: the hold what it gave, the seller the rest, who may owe something meanwhile.
    private void Return(Books books)
    {
        books.Add("psp_clearing", Contest.Currency, -Contest.Amount);
        books.Add("expense_dispute", Contest.Currency, Contest.Borne);
        if (Contest.TopUp is { } topUp) books.Give(topUp.Person, topUp.Currency, Contest.Amount);
        foreach (var (line, amount, commission, held) in Contest.Parts)
        {
            line.Disputed -= amount;
            line.CommissionBack -= commission;
            line.Held += held;
            books[line.Seller, Contest.Currency].Pending += held;
            books.Add("revenue_commission", Contest.Currency, commission);
            var gave = amount - commission - held;
            if (gave >= 0) books.Give(line.Seller, Contest.Currency, gave);
            else books.Take(line.Seller, Contest.Currency, -gave);
        }
    }

    public override string ToString() => $"a dispute of {Contest.Amount} is {(won ? "won" : "lost")}";
}

/// <summary>Staff says that a dispute was lost by a seller's fault: the seller pays its fee.</summary>
internal sealed class BlameSeller(int which) : Command
{
    private Contest contest = null!;

    public override bool Precondition(Books books)
    {
        var lost = books.Contests.Where(c => c is { Won: false, Parts.Count: > 0 }).ToList();
        if (lost.Count == 0) return false;
        contest = Pick(lost, which);
        return true;
    }

    public override string Run(Books books)
    {
        if (contest.Blamed) return "refused 409 fault_decided";
        contest.Blamed = true;
        books.Take(contest.Parts[0].Line.Seller, contest.Currency, contest.Fee);
        books.Add("expense_dispute", contest.Currency, contest.Fee);
        return "done";
    }

    public override Task<string> Run(Stage stage) => stage.AsStaff(0, (services, caller) => services.GetRequiredService<Writes>().Run(async () =>
    {
        var db = services.GetRequiredService<WalletDb>();
        var id = await db.Disputes.Where(d => d.Reference == stage.Contests[contest]).Select(d => d.Id).SingleAsync();
        await ChargeDisputeFee.Handle(id, new ChargeDisputeFee.Request(stage.Person(contest.Parts[0].Line.Seller), "Never delivered."), caller, db,
            services.GetRequiredService<UnitOfWork>(), services.GetRequiredService<Ledger>(), services.GetRequiredService<IAudit>(), services.GetRequiredService<TimeProvider>());
        return "done";
    }));

    public override string ToString() => $"seller {contest.Parts[0].Line.Seller} pays the fee of a lost dispute";
}
