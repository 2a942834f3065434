using Marketplace.Orders;
using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Model;

/// <summary>How somebody pays: the wallet, or a card of the sandbox that pays, is declined, or answers too late.</summary>
internal static class Ways
{
    public const string Ok = SandboxProvider.Ok, Declined = SandboxProvider.Declined, Late = SandboxProvider.Timeout,
        RefundRefused = SandboxProvider.RefundRefused, RefundLate = SandboxProvider.RefundTimeout;

    public static string Method(string? card) => card is null ? PaymentMethod.Wallet : SandboxProvider.Method;

    public static string Said(Books books, Order order) => order.Paid ? "paid" : "pending";

    /// <summary>On paper: the order's money is asked for in this way.</summary>
    /// <param name="walletFirst">The wallet gives what it has before the card gives the rest. If it has enough, there is no card.</param>
    public static string Pay(Books books, Order order, string? card, bool walletFirst)
    {
        var purse = books[order.Buyer, order.Currency];
        if (walletFirst && card is not null && purse.Available >= order.Total) card = null;
        order.Card = card;
        order.Payment = Paying.NotYet;
        order.FromWallet = walletFirst && card is not null ? purse.Available : 0;
        order.Spread(card is null ? 0 : Books.CardFee(order.Currency, order.FromCard));
        // Of a declined card the wallet has its part back at once; beside one that does not answer it waits.
        if (card is not Declined)
        {
            purse.Available -= order.FromWallet;
            books.Add("order_funding", order.Currency, order.FromWallet);
        }

        switch (card)
        {
            case null:
                books[order.Buyer, order.Currency].Available -= order.Total;
                books.Settle(order);
                break;
            case Declined:
                order.Payment = Paying.Failed;
                break;
            case Late:
                order.Payment = Paying.Unknown;
                break;
            default:
                Arrive(books, order);
                break;
        }

        return order.Paid ? "paid" : "pending";
    }

    /// <summary>On paper: the provider has the money, and says so.</summary>
    public static void Arrive(Books books, Order order)
    {
        order.Payment = Paying.Done;
        books.Capture(order.Currency, order.FromCard);
        books.Add("order_funding", order.Currency, -order.FromWallet);
        books.Settle(order);
    }

    /// <summary>On paper: whoever asks again about an open payment hears how it ended.</summary>
    public static string Finish(Books books, Order order)
    {
        if (order.Payment == Paying.Unknown) Arrive(books, order);
        return order.Paid ? "paid" : "pending";
    }
}

/// <summary>One to three lines of one or two sellers, by wallet, card or both.</summary>
internal sealed class Checkout(int buyer, string? card, bool walletFirst, IReadOnlyList<(int Seller, int Offer, long Price)> wishes) : RepeatableCommand
{
    private List<(int Seller, int Offer, long Price)> lines = [];
    private Order order = null!;
    private bool inCart;

    public override bool Precondition(Books books)
    {
        var fits = wishes.Where(w => w.Seller != buyer && !books.Owns(buyer, w.Seller, w.Offer)).DistinctBy(w => (w.Seller, w.Offer)).ToList();
        lines = fits.Where(w => books.CurrencyOf(w.Seller) == books.CurrencyOf(fits[0].Seller)).ToList();
        return lines.Count > 0;
    }

    protected override string First(Books books)
    {
        order = new Order
        {
            Number = books.Orders.Count, Buyer = buyer, Currency = books.CurrencyOf(lines[0].Seller),
            Lines = [.. lines.Select(l => new Line { Seller = l.Seller, Offer = l.Offer, Gross = l.Price, Commission = Books.Round((decimal)l.Price * books.Rates[books.Tiers[l.Seller]], 10_000) })],
        };
        foreach (var line in order.Lines) line.Order = order;
        if (order.Total == 0)
        {
            order.Paid = true;
        }
        else
        {
            if (card is null && books[buyer, order.Currency].Available < order.Total) return "refused 409 insufficient_funds";
            Ways.Pay(books, order, card, walletFirst);
        }

        books.Orders.Add(order);
        return Ways.Said(books, order);
    }

    public override string Again(Books books) => Ways.Finish(books, order);

    public override async Task<string> Run(Stage stage)
    {
        if (!inCart) await stage.FillCart(buyer, lines);
        inCart = true;
        return await Send(stage, card);
    }

    public override Task<string> Misuse(Stage stage) => Send(stage, card is null ? Ways.Ok : null);

    private Task<string> Send(Stage stage, string? by) => stage.As(buyer, async (services, caller) =>
    {
        var request = new PlaceOrder.Request(Ways.Method(by), by, null, Currency.Of(order.Currency), WalletFirst: walletFirst);
        var reply = (await services.GetRequiredService<Marketplace.Orders.Checkout>().Handle(IdempotencyKey.Of(caller, Key, "POST /api/v1/checkout", request), request, caller, default)).Value;
        stage.Orders[order] = (reply.Id, reply.Items.Select(i => i.Id).ToList());
        return reply.State.ToString().ToLowerInvariant();
    });

    public override string ToString() => $"person {buyer} buys {string.Join(" + ", lines.Select(l => $"{l.Price} of {l.Seller}"))} by {(walletFirst ? "wallet and " : "")}{card ?? "wallet"}";
}

/// <summary>Another try for an order whose card was declined.</summary>
internal sealed class PayAgain(int which, string? card, bool walletFirst) : RepeatableCommand
{
    private Order order = null!;

    public override bool Precondition(Books books)
    {
        var unpaid = books.Orders.Where(o => o.Payment == Paying.Failed).ToList();
        if (unpaid.Count == 0) return false;
        order = Pick(unpaid, which);
        return true;
    }

    protected override string First(Books books) =>
        card is null && books[order.Buyer, order.Currency].Available < order.Total ? "refused 409 insufficient_funds" : Ways.Pay(books, order, card, walletFirst);

    public override string Again(Books books) => Ways.Finish(books, order);

    public override Task<string> Run(Stage stage) => Send(stage, card);

    public override Task<string> Misuse(Stage stage) => Send(stage, card is null ? Ways.Ok : null);

    private Task<string> Send(Stage stage, string? by) => stage.As(order.Buyer, async (services, caller) =>
    {
        var request = new PayOrder.Request(Ways.Method(by), by, WalletFirst: walletFirst);
        var key = IdempotencyKey.Of(caller, Key, $"POST /api/v1/orders/{stage.Orders[order].Id}/payments", request);
        return (await services.GetRequiredService<Marketplace.Orders.Checkout>().Handle(key, stage.Orders[order].Id, request, caller, default)).Value.State.ToString().ToLowerInvariant();
    });

    public override string ToString() => $"order {order.Number} is paid again by {(walletFirst ? "wallet and " : "")}{card ?? "wallet"}";
}

/// <summary>The sweep asks about a payment whose answer was lost; the order hears of it by its event, perhaps twice.</summary>
internal sealed class SweepOrder(int which, bool twice) : RepeatableCommand
{
    private Order order = null!;

    public override bool Precondition(Books books)
    {
        var open = books.Orders.Where(o => o.Payment == Paying.Unknown).ToList();
        if (open.Count == 0) return false;
        order = Pick(open, which);
        return true;
    }

    protected override string First(Books books) => Again(books);

    public override string Again(Books books)
    {
        Ways.Finish(books, order);
        return "captured";
    }

    public override async Task<string> Run(Stage stage)
    {
        var id = stage.Orders[order].Id;
        var payment = await stage.Outside(async services =>
        {
            var wallet = services.GetRequiredService<IWallet>();
            return await wallet.Submit((await wallet.PaymentFor(id))!.Id);
        });
        for (var delivery = 0; delivery < (twice ? 2 : 1) && payment.State == PaymentState.Captured; delivery++)
        {
            await stage.Do(async services =>
            {
                await services.GetRequiredService<OnPaymentCaptured>().Handle(new PaymentCaptured(payment.Id, payment.Purpose, id, payment.Amount), default);
                return true;
            });
        }

        return payment.State.ToString().ToLowerInvariant();
    }

    public override string ToString() => $"the sweep asks about order {order.Number}{(twice ? ", told twice" : "")}";
}

/// <summary>A card's money into a wallet.</summary>
internal sealed class ToppingUp(int person, int which, long amount, string card) : RepeatableCommand
{
    private TopUp topUp = null!;

    public override bool Precondition(Books books) => true;

    protected override string First(Books books)
    {
        var currency = Pick(books.Currencies, which);
        topUp = new TopUp { Person = person, Currency = currency, Amount = amount };
        books.TopUps.Add(topUp);
        topUp.State = card switch { Ways.Declined => Paying.Failed, Ways.Late => Paying.Unknown, _ => Paying.Done };
        if (topUp.State == Paying.Done) Arrive(books);
        return Said;
    }

    public override string Again(Books books)
    {
        if (topUp.State == Paying.Unknown) Arrive(books);
        return Said;
    }

    public override Task<string> Run(Stage stage) => Send(stage, amount);

    public override Task<string> Misuse(Stage stage) => Send(stage, amount + 1);

    private string Said => topUp.State switch { Paying.Done => "captured", Paying.Failed => "failed", _ => "unknown" };

    private void Arrive(Books books)
    {
        topUp.State = Paying.Done;
        books.Capture(topUp.Currency, amount);
        books[person, topUp.Currency].Available += amount;
    }

    private Task<string> Send(Stage stage, long minor) => stage.As(person, async (services, caller) =>
    {
        var request = new Marketplace.Wallet.TopUp.Request(Money.Of(minor, topUp.Currency), SandboxProvider.Method, card);
        var key = IdempotencyKey.Of(caller, Key, "POST /api/v1/wallet/top-ups", request);
        var payment = (await Marketplace.Wallet.TopUp.Handle(request, caller, key, services.GetRequiredService<IWallet>(), services.GetRequiredService<Writes>())).Value;
        stage.TopUps[topUp] = payment.Id;
        return payment.State.ToString().ToLowerInvariant();
    });

    public override string ToString() => $"person {person} tops up {amount} by {card}";
}

/// <summary>A posting that was made, asked for again: the same changes nothing, another amount under its key is refused.</summary>
internal sealed class Repost(int which, bool other) : Command
{
    private Line line = null!;

    public override bool Precondition(Books books)
    {
        var sold = books.SoldLines.Where(l => l.Gross > 1).ToList();
        if (sold.Count == 0) return false;
        line = Pick(sold, which);
        return true;
    }

    public override string Run(Books books) => other ? "refused 409 posting_conflict" : "known";

    public override Task<string> Run(Stage stage)
    {
        var (order, items) = stage.Orders[line.Order];
        Money Of(long minor) => Money.Of(minor, line.Order.Currency);
        var gross = other ? line.Gross - 1 : line.Gross;
        return stage.Do(async services => await services.GetRequiredService<Ledger>().Post(new Posting($"sale:{items[line.Order.Lines.IndexOf(line)]}", "sale", order,
            Account.OrderFunding(order).Minus(Of(gross)), Account.Pending(stage.Person(line.Seller)).Plus(Of(line.Share)),
            Account.Commission.Plus(Of(gross - line.Share - line.Fee)), Account.FeeRecovered.Plus(Of(line.Fee)))) ? "posted" : "known");
    }

    public override string ToString() => $"the sale of a line of order {line.Order.Number} is posted again{(other ? " with another amount" : "")}";
}

/// <summary>A seller's tier changes: later sales only.</summary>
internal sealed class ChangeTier(int seller, int tier) : Command
{
    public override bool Precondition(Books books) => books.Tiers[seller] != tier;

    public override string Run(Books books)
    {
        books.Tiers[seller] = tier;
        return "done";
    }

    public override Task<string> Run(Stage stage) => stage.Do(async services =>
    {
        await services.GetRequiredService<Marketplace.Users.IUsers>().SetTier(stage.Person(seller), Stage.Tier(tier));
        return "done";
    });

    public override string ToString() => $"seller {seller} becomes {Stage.Tier(tier)}";
}

/// <summary>Time passes.</summary>
internal sealed class Walk(TimeSpan by) : Command
{
    public override bool Precondition(Books books) => true;

    public override string Run(Books books)
    {
        books.Now += by;
        return "done";
    }

    public override Task<string> Run(Stage stage)
    {
        stage.Now = stage.Books.Now;
        return Task.FromResult("done");
    }

    public override string ToString() => $"{by.TotalHours:0} hours pass";
}
