using Marketplace.Orders;
using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Model;

/// <summary>Money of one line on its way back to a card whose provider has not answered, or arrived.</summary>
internal sealed class OpenRefund
{
    public required Line Line { get; init; }

    public required long Amount { get; init; }

    /// <summary>What of it the card gets; the rest is the wallet's own part.</summary>
    public required long ToCard { get; init; }

    public required string To { get; set; }

    public bool Arrived { get; set; }

    public string? Because { get; set; }

    public override string ToString() => $"{Amount} {To} {Arrived} {Because}".TrimEnd();
}

/// <summary>Staff gives back a part or the whole of one to three lines of an order.</summary>
/// <param name="parts">Per mille of what is left of a line; 0: all of it, more than 1000: too much.</param>
internal sealed class Refunding(int which, IReadOnlyList<int> parts) : RepeatableCommand
{
    private readonly List<OpenRefund> refunds = [];
    private List<(Line Line, long? Amount)> lines = [];
    private Order order = null!;

    public override bool Precondition(Books books)
    {
        var paid = books.Orders.Where(o => o.Paid && o.Lines.Exists(l => l.Left > 0)).ToList();
        if (paid.Count == 0) return false;
        order = Pick(paid, which);
        lines = order.Lines.Where(l => l.Left > 0 || parts[0] == 0).Zip(parts, (line, part) => (line, (long?)(part switch
        {
            0 => null,
            > 1000 => line.Left + 1,
            _ => Math.Max(1, line.Left * part / 1000),
        }))).ToList();
        return true;
    }

    protected override string First(Books books)
    {
        // While a bank has not decided, nothing of the order goes back; what it was given is not there to be given again.
        var disputes = books.Contests.Where(c => c.Order == order).ToList();
        if (disputes.Exists(c => c.Won is null && c.Parts.Count > 0)) return "refused 409 dispute_open";
        foreach (var (line, amount) in lines)
        {
            if (line.Left == 0) return "refused 409 nothing_to_refund";
            if (amount > line.Left) return "refused 409 refund_too_high";
        }

        if (disputes.Exists(c => c.Won is null)) return "refused 409 dispute_open";
        var card = order.Card is null ? 0 : Math.Max(0, order.FromCard - order.BackToCard - disputes.Where(c => c.Won != true).Sum(c => c.Amount));
        var asked = lines.Sum(l => l.Amount ?? l.Line.Left);
        if (order.Card is not null && asked > card + order.FromWallet - order.BackToWallet) return "refused 409 refund_exceeds_payment";

        foreach (var (line, part) in lines)
        {
            var amount = part ?? line.Left;
            var toCard = Math.Min(card, amount);
            card -= toCard;
            Give(books, line, amount, toCard);
        }

        return Said;
    }

    public override string Again(Books books)
    {
        foreach (var refund in refunds) Finish(books, refund);
        return Said;
    }

    /// <summary>On paper: the provider is asked again about money on its way.</summary>
    public static void Finish(Books books, OpenRefund refund)
    {
        if (refund.Arrived) return;
        refund.Arrived = true;
        books.Add("refund_transit", refund.Line.Order.Currency, -refund.ToCard);
        books.Add("psp_clearing", refund.Line.Order.Currency, refund.ToCard);
    }

    public override Task<string> Run(Stage stage) => Send(stage, "It was not as described.");

    public override Task<string> Misuse(Stage stage) => Send(stage, "For another reason.");

    private string Said => string.Join(", ", refunds);

    /// <summary>
    /// On paper: commission in proportion to all that is gone so far; the seller gives the rest: out of what is held for this line, of what
    /// is there, and owes what is missing. A cent that roundings took too early comes back.
    /// </summary>
    /// <param name="amount">Counted in the line already.</param>
    public static (long Commission, long Held) SellerGives(Books books, Line line, long amount)
    {
        var currency = line.Order.Currency;
        var commission = Math.Max(0, Books.Due(line.Commission, line.Refunded + line.Disputed, line.Gross, line.CommissionBack));
        line.CommissionBack += commission;
        books.Add("revenue_commission", currency, -commission);
        var gives = amount - commission;
        if (gives < 0)
        {
            books.Give(line.Seller, currency, -gives);
            return (commission, 0);
        }

        var held = Math.Min(gives, line.Held);
        line.Held -= held;
        books[line.Seller, currency].Pending -= held;
        books.Take(line.Seller, currency, gives - held);
        return (commission, held);
    }

    private void Give(Books books, Line line, long amount, long toCard)
    {
        var currency = order.Currency;
        line.Refunded += amount;
        order.BackToCard += toCard;
        order.BackToWallet += amount - toCard;
        SellerGives(books, line, amount);
        var refused = toCard > 0 && order.Card == Ways.RefundRefused;
        var refund = new OpenRefund
        {
            Line = line, Amount = amount, ToCard = toCard, To = toCard == 0 || refused ? "wallet" : SandboxProvider.Method, Arrived = toCard == 0 || order.Card != Ways.RefundLate, Because = refused ? "refund_refused" : null,
        };
        books[order.Buyer, currency].Available += refused ? amount : amount - toCard;
        if (!refused) books.Add(refund.Arrived ? "psp_clearing" : "refund_transit", currency, toCard);
        refunds.Add(refund);
        books.Refunds.Add(refund);
    }

    private Task<string> Send(Stage stage, string reason) => stage.AsStaff(0, async (services, caller) =>
    {
        var (id, items) = stage.Orders[order];
        var request = new RefundLines.Request([.. lines.Select(l => new RefundLines.Line(items[order.Lines.IndexOf(l.Line)], l.Amount is { } minor ? Money.Of(minor, order.Currency) : null))], reason);
        var key = IdempotencyKey.Of(caller, Key, $"POST /api/v1/orders/{id}/refunds", request);
        var replies = (await services.GetRequiredService<Marketplace.Orders.Refunding>().Handle(key, id, () => services.GetRequiredService<RefundLines>().Handle(id, request, caller), default)).Value;
        var inOrder = lines.Select(l => replies.Single(r => r.ItemId == items[order.Lines.IndexOf(l.Line)])).ToList();
        foreach (var (refund, reply) in refunds.Zip(inOrder)) stage.Refunds[refund] = reply.Id;
        return string.Join(", ", inOrder.Select(r => $"{r.Amount.Minor} {r.MoneyBack!.To} {r.MoneyBack.Arrived} {r.MoneyBack.RefusedBecause}".TrimEnd()));
    });

    public override string ToString() => $"of order {order.Number} goes back {string.Join(" + ", lines.Select(l => $"{l.Amount?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "all"} of {l.Line.Gross}"))}";
}

/// <summary>The sweep asks about a refund whose answer was lost.</summary>
internal sealed class SweepRefund(int which) : RepeatableCommand
{
    private OpenRefund refund = null!;

    public override bool Precondition(Books books)
    {
        var open = books.Refunds.Where(r => !r.Arrived).ToList();
        if (open.Count == 0) return false;
        refund = Pick(open, which);
        return true;
    }

    protected override string First(Books books) => Again(books);

    public override string Again(Books books)
    {
        Refunding.Finish(books, refund);
        return "True";
    }

    public override Task<string> Run(Stage stage) => stage.Outside(async services =>
    {
        var wallet = services.GetRequiredService<IWallet>();
        await wallet.FinishRefunds([stage.Refunds[refund]]);
        return (await wallet.MoneyBack([stage.Refunds[refund]])).Single().Value.Arrived.ToString();
    });

    public override string ToString() => $"the sweep asks about the refund {refund}";
}

/// <summary>What is due of a seller's holds becomes theirs, debt first.</summary>
internal sealed class Release(int seller) : RepeatableCommand
{
    public override bool Precondition(Books books) => books.SoldLines.Any(l => l.Seller == seller);

    protected override string First(Books books) => Again(books);

    public override string Again(Books books)
    {
        var currency = books.CurrencyOf(seller);
        var due = books.SoldLines.Where(l => l.Seller == seller && l.Held > 0 && l.HeldUntil <= books.Now && !books.Contests.Exists(c => c.Order == l.Order && c.Won is null)).ToList();
        foreach (var line in due)
        {
            books[seller, currency].Pending -= line.Held;
            books.Give(seller, currency, line.Held);
            (line.Released, line.Held) = (line.Held, 0);
        }

        return "none is left";
    }

    public override async Task<string> Run(Stage stage)
    {
        var currency = Currency.Of(stage.Books.CurrencyOf(seller));
        return await stage.Outside(async services =>
        {
            var turn = services.GetRequiredService<ReleaseTurn>();
            while (await turn.Handle(stage.Person(seller), currency, stage.Now, default) > 0)
            {
                // 100 at once.
            }

            return "none is left";
        });
    }

    public override string ToString() => $"what is due of seller {seller} is released";
}
