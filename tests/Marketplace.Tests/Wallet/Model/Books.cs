namespace Marketplace.Tests.Model;

/// <summary>
/// The books as somebody would keep them on paper: balances of people and sums of the market, moved by rules that are written here anew
/// from the description of the money, with none of the product's code. What the product says is compared with this.
/// </summary>
internal sealed class Books(IReadOnlyList<string> currencies, IReadOnlyList<int> rates)
{
    public const int Buyer = 3, People = 4;

    private readonly Dictionary<(int Person, string Currency), Purse> purses = [];

    /// <summary>Two of a sequence. Persons 0 and 1 sell in the first, 2 in the second; all of them buy, 3 does nothing else.</summary>
    public IReadOnlyList<string> Currencies => currencies;

    /// <summary>Commission in basis points, by tier from basic to ultimate.</summary>
    public IReadOnlyList<int> Rates => rates;

    public DateTimeOffset Now { get; set; } = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Tier of each seller, as an index into the rates.</summary>
    public int[] Tiers { get; } = [0, 1, 2];

    public List<Order> Orders { get; } = [];

    public List<TopUp> TopUps { get; } = [];

    /// <summary>What was done and may be sent again.</summary>
    public List<RepeatableCommand> Done { get; } = [];

    public List<OpenRefund> Refunds { get; } = [];

    public List<Contest> Contests { get; } = [];

    public List<Withdrawal> Withdrawals { get; } = [];

    public List<AffiliateShare> AffiliateShares { get; } = [];

    /// <summary>What the market's own accounts come to, positive is credit. What waits for orders is a wallet's part beside a card that has not answered.</summary>
    public Dictionary<(string Kind, string Currency), long> Market { get; } = [];

    public IEnumerable<Line> SoldLines => Orders.Where(o => o.Paid).SelectMany(o => o.Lines);

    public Purse this[int person, string currency] =>
        purses.TryGetValue((person, currency), out var purse) ? purse : purses[(person, currency)] = new Purse();

    public string CurrencyOf(int seller) => currencies[seller == 2 ? 1 : 0];

    public bool Owns(int person, int seller, int offer) =>
        SoldLines.Any(l => l.Order.Buyer == person && l.Seller == seller && l.Offer == offer && !(l.Gross > 0 && l.Refunded == l.Gross));

    public void Add(string kind, string currency, long amount) => Market[(kind, currency)] = Market.GetValueOrDefault((kind, currency)) + amount;

    /// <summary>Money for an order is there: each line is split, the seller's part held for a week.</summary>
    public void Settle(Order order)
    {
        order.Paid = true;
        foreach (var line in order.Lines.Where(l => l.Gross > 0))
        {
            Add("revenue_commission", order.Currency, line.Commission);
            Add("revenue_fee_recovered", order.Currency, line.Fee);
            this[line.Seller, order.Currency].Pending += line.Share;
            line.Held = line.Share;
            line.HeldUntil = Now.AddDays(7);
        }
    }

    /// <summary>The provider has taken the money and keeps its price.</summary>
    public void Capture(string currency, long amount)
    {
        var fee = CardFee(currency, amount);
        Add("psp_clearing", currency, fee - amount);
        Add("expense_processing", currency, -fee);
    }

    /// <summary>Whoever gets money repays first what they owe.</summary>
    public void Give(int person, string currency, long amount)
    {
        var purse = this[person, currency];
        var repaid = Math.Min(amount, purse.Debt);
        purse.Debt -= repaid;
        purse.Available += amount - repaid;
    }

    /// <summary>Whoever has to give money gives what is there; the rest they owe.</summary>
    public void Take(int person, string currency, long amount)
    {
        var purse = this[person, currency];
        var had = Math.Min(amount, purse.Available);
        purse.Available -= had;
        purse.Debt += amount - had;
    }

    /// <summary>All that somebody has, all that the market has: nothing is made and nothing is lost.</summary>
    public void MustBalance()
    {
        foreach (var currency in currencies)
        {
            var sum = purses.Where(p => p.Key.Currency == currency).Sum(p => p.Value.Available + p.Value.Pending + p.Value.InPayout + p.Value.Locked - p.Value.Debt)
                + Market.Where(m => m.Key.Currency == currency).Sum(m => m.Value);
            sum.ShouldBe(0, $"the model itself has lost {currency}");
        }
    }

    /// <summary>2.9 % and 0.30 a payment (30 yen, 0.100 dinar).</summary>
    public static long CardFee(string currency, long amount) => Round(amount * 290, 10_000) + (currency == "KWD" ? 100 : 30);

    /// <summary>Half away from zero.</summary>
    public static long Round(decimal numerator, decimal denominator) => (long)decimal.Round(numerator / denominator, MidpointRounding.AwayFromZero);

    /// <summary>What comes of a part of the whole so far, less what was given before.</summary>
    public static long Due(long total, long cumulative, long gross, long before) => Round((decimal)total * cumulative, gross) - before;
}

/// <summary>What a person has in one currency. Debt is positive.</summary>
internal sealed class Purse
{
    public long Available { get; set; }

    public long Pending { get; set; }

    public long InPayout { get; set; }

    /// <summary>Commissions of an affiliate that are not theirs yet.</summary>
    public long Locked { get; set; }

    public long Debt { get; set; }

    public override string ToString() => $"available {Available}, pending {Pending}, in payout {InPayout}, locked {Locked}, debt {Debt}";
}

internal enum Paying
{
    NotYet,
    Failed,

    /// <summary>Taken by the provider, whose answer was lost.</summary>
    Unknown,
    Done,
}

internal sealed class Order
{
    public required int Number { get; init; }

    public required int Buyer { get; init; }

    public required string Currency { get; init; }

    public required List<Line> Lines { get; init; }

    public long Total => Lines.Sum(l => l.Gross);

    public Paying Payment { get; set; }

    /// <summary>The card that paid, or that was tried last; null for the wallet.</summary>
    public string? Card { get; set; }

    /// <summary>What the wallet pays before the card pays the rest.</summary>
    public long FromWallet { get; set; }

    /// <summary>What of the card's part went back, or is on its way.</summary>
    public long BackToCard { get; set; }

    /// <summary>What of the wallet's part went back.</summary>
    public long BackToWallet { get; set; }

    public long FromCard => Total - FromWallet;

    public bool Paid { get; set; }

    /// <summary>The processor's fee is spread over the lines by their prices, the cents that are left to the largest remainders, and never more than a seller gets.</summary>
    public void Spread(long fee)
    {
        if (Total == 0) return;
        foreach (var line in Lines) line.Fee = (long)decimal.Floor((decimal)fee * line.Gross / Total);
        var left = (int)(fee - Lines.Sum(l => l.Fee));
        foreach (var line in Lines.OrderByDescending(l => (decimal)fee * l.Gross % Total).Take(left).ToList()) line.Fee++;
        foreach (var line in Lines) line.Fee = Math.Min(line.Fee, line.Gross - line.Commission);
    }
}

internal sealed class Line
{
    public Order Order { get; set; } = null!;

    public required int Seller { get; init; }

    public required int Offer { get; init; }

    public required long Gross { get; init; }

    public required long Commission { get; init; }

    public long Fee { get; set; }

    public long Share => Gross - Commission - Fee;

    public long Held { get; set; }

    public DateTimeOffset HeldUntil { get; set; }

    public long Released { get; set; }

    public long Refunded { get; set; }

    /// <summary>What a bank has of it.</summary>
    public long Disputed { get; set; }

    public long Left => Gross - Refunded - Disputed;

    /// <summary>Of the commission, given up for both.</summary>
    public long CommissionBack { get; set; }
}

internal sealed class TopUp
{
    public required int Person { get; init; }

    public required string Currency { get; init; }

    public required long Amount { get; init; }

    public Paying State { get; set; }
}

/// <summary>What an affiliate gets of one line, paid by the market.</summary>
internal sealed class AffiliateShare
{
    public required int Person { get; init; }

    public required Line Line { get; init; }

    public required long Amount { get; init; }

    public long Locked { get; set; }

    public long Extended { get; set; }

    public bool Matured { get; set; }

    public long ClawedBack { get; set; }
}
