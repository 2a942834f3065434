using System.Security.Claims;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Model;

/// <summary>
/// The product's side of one sequence: people and offers of its own in a market that many sequences share, and a clock of its own.
/// Use cases are called in this process, each in a scope of its own with its caller, as a request would be.
/// </summary>
internal sealed class Stage
{
    public const int Offers = 8;

    private static readonly AsyncLocal<Stage?> Current = new();
    private readonly OwnMarket market;
    private readonly Guid[] people = [.. Enumerable.Range(0, Books.People).Select(_ => WalletSteps.NewId())];
    private readonly Guid[] staff = [WalletSteps.NewId(), WalletSteps.NewId()];
    private readonly Guid[] destinations = [.. Enumerable.Range(0, Books.People * PayoutRules.Scenarios.Length).Select(_ => WalletSteps.NewId())];
    private readonly Dictionary<(int Seller, int Offer), Guid> offers = [];
    private int pointsLeft = int.MaxValue;

    private Stage(OwnMarket market, Books books) => (this.market, Books, Now) = (market, books, books.Now);

    public Books Books { get; }

    public DateTimeOffset Now { get; set; }

    /// <summary>Ids that the product gave to what the model knows.</summary>
    public Dictionary<Order, (Guid Id, IReadOnlyList<Guid> Items)> Orders { get; } = [];

    public Dictionary<TopUp, Guid> TopUps { get; } = [];

    public Dictionary<OpenRefund, Guid> Refunds { get; } = [];

    public Dictionary<AffiliateShare, Guid> AffiliateShares { get; } = [];

    /// <summary>The provider's names of disputes.</summary>
    public Dictionary<Contest, string> Contests { get; } = [];

    public Dictionary<Withdrawal, Guid> Withdrawals { get; } = [];

    /// <summary>The clock of whichever sequence asks.</summary>
    public static TimeProvider Clock { get; } = new ClockOfTheSequence();

    public static async Task<OwnMarket> OpenMarket()
    {
        // Lost answers and deaths are what this is about: no log of them.
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Serilog:MinimumLevel:Default"] = "Fatal" };
        foreach (var (name, value) in PayoutRules.Settings()) settings[name] = value;
        var market = await OwnMarket.Open(settings, services => services.AddSingleton(Clock));
        market.Faults.Passing = point => Current.Value?.Pass(point);
        // Plans are made and kept while the tables are nearly empty: reading them whole looks cheap then, and is not 200 sequences later.
        await TestServer.Execute(market.ConnectionString, "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET enable_seqscan = off', current_database()); END $$");
        market.Source.Clear();
        market.Everything.Clear();
        await TestServer.Execute(market.ConnectionString,
            "INSERT INTO kernel.blobs (key, size, sha256, content_type, state, staged_at) VALUES ('model', 1, sha256('model'), 'application/zip', 'kept', '2026-03-01Z')");
        return market;
    }

    /// <summary>From here on, in this flow of the program, the product's clock and faults are this sequence's.</summary>
    public static async Task<Stage> Open(OwnMarket market, Books books)
    {
        var stage = new Stage(market, books);
        var sellers = Enumerable.Range(0, Books.Buyer).ToList();
        var made = sellers.SelectMany(s => Enumerable.Range(0, Offers).Select(o => (Seller: s, Offer: o, Product: WalletSteps.NewId(), Id: WalletSteps.NewId()))).ToList();
        foreach (var one in made) stage.offers[(one.Seller, one.Offer)] = one.Id;
        var shops = sellers.Select(_ => WalletSteps.NewId()).ToArray();
        await using var batch = market.Everything.CreateBatch();
        batch.BatchCommands.Add(Sql.Batched(
            """
            INSERT INTO users.accounts (id, email, normalized_email, username, display_name, security_stamp, status, tier, language, created_at)
            SELECT id, id || '@example.com', upper(id || '@example.com'), 'm' || right(replace(id::text, '-', ''), 20), 'Model', 'x', 'active', tier, 'en', $3 FROM unnest($1::uuid[], $2::text[]) a (id, tier)
            """,
            (Guid[])[.. stage.people, .. stage.staff], (string[])[.. books.Tiers.Select(t => Tier(t).ToString().ToLowerInvariant()), "basic", "basic", "basic"], stage.Now));
        batch.BatchCommands.Add(Sql.Batched(
            """
            INSERT INTO catalog.shops (id, owner_id, slug, name, description, currency, trusted, completed_sales, created_at, version, withheld)
            SELECT id, owner, 's' || replace(id::text, '-', ''), 'Shop', 'A shop of the model.', currency, true, 20, $4, 1, false FROM unnest($1::uuid[], $2::uuid[], $3::text[]) s (id, owner, currency)
            """,
            shops, stage.people[..Books.Buyer], sellers.Select(books.CurrencyOf).ToArray(), stage.Now));
        batch.BatchCommands.Add(Sql.Batched(
            """
            INSERT INTO catalog.products (id, shop_id, kind, category, licences, slug, title, description, state, details, tags, currency, price_from, cover_key, cover_type, cover_version,
              preview_made, sold_count, created_at, published_at, version)
            SELECT id, shop, 'digital', 'templates', '{standard}', 'p' || replace(id::text, '-', ''), 'Thing', '', 'active', '{}', '{}', currency, 0, 'cover', 'image/png', 'c1', false, 0, $4, $4, 1
            FROM unnest($1::uuid[], $2::uuid[], $3::text[]) p (id, shop, currency)
            """,
            made.Select(m => m.Product).ToArray(), made.Select(m => shops[m.Seller]).ToArray(), made.Select(m => books.CurrencyOf(m.Seller)).ToArray(), stage.Now));
        batch.BatchCommands.Add(Sql.Batched(
            """
            INSERT INTO catalog.offers (id, product_id, licence, name, terms, price_amount, names_price, currency, position)
            SELECT id, product, 'standard', 'Licence', 'Yours to use.', 0, true, currency, 0 FROM unnest($1::uuid[], $2::uuid[], $3::text[]) o (id, product, currency)
            """,
            made.Select(m => m.Id).ToArray(), made.Select(m => m.Product).ToArray(), made.Select(m => books.CurrencyOf(m.Seller)).ToArray()));
        batch.BatchCommands.Add(Sql.Batched(
            """
            INSERT INTO catalog.product_files (id, product_id, blob_key, file_name, content_type, size, sha256, position)
            SELECT gen_random_uuid(), id, 'model', 'thing.zip', 'application/zip', 1, sha256('model'), 0 FROM unnest($1::uuid[]) p (id)
            """,
            (object)made.Select(m => m.Product).ToArray()));
        batch.BatchCommands.Add(Sql.Batched(
            "INSERT INTO orders.carts (id, owner, created_at, changed_at) SELECT gen_random_uuid(), id, $2, $2 FROM unnest($1::uuid[]) p (id)", stage.people, stage.Now));
        var secrets = market.Services.GetRequiredService<Secrets>();
        var sealedDetails = stage.destinations.Select((id, i) => Destination.Add(id, stage.people[i / PayoutRules.Scenarios.Length], SandboxProvider.Name,
            SandboxPayouts.DetailsOf(PayoutRules.Scenarios[i % PayoutRules.Scenarios.Length]), secrets, TimeSpan.Zero, stage.Now)).ToList();
        batch.BatchCommands.Add(Sql.Batched(
            """
            INSERT INTO wallet.payout_destinations (id, account, way, details, mask, state, decided_at, usable_from, created_at)
            SELECT id, account, 'sandbox', details, mask, 'verified', $5, $5, $5 FROM unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::text[]) d (id, account, details, mask)
            """,
            sealedDetails.Select(d => d.Id).ToArray(), sealedDetails.Select(d => d.Account).ToArray(), sealedDetails.Select(d => d.Details!).ToArray(), sealedDetails.Select(d => d.Mask).ToArray(), stage.Now));
        await batch.ExecuteNonQueryAsync();
        return stage;
    }

    /// <summary>Must be called by the flow that runs the sequence: what it awaits sees this stage.</summary>
    public void Enter() => Current.Value = this;

    public Guid Person(int number) => people[number];

    public Guid PayoutTo(int person, int scenario) => destinations[(person * PayoutRules.Scenarios.Length) + scenario];

    public async Task<string> StateOfPayout(Guid payout) =>
        Enum.Parse<PayoutState>((await market.Source.CommandOn("wallet.payouts", "SELECT state FROM wallet.payouts WHERE id = $1", payout).Scalar<string>())!, true).ToString();

    public static SellerTier Tier(int number) => (SellerTier)number;

    public Task<T> As<T>(int person, Func<IServiceProvider, Caller, Task<T>> act) => As(people[person], [], [Capabilities.CanBuy, Capabilities.CanSell, Capabilities.CanWithdraw], act);

    /// <param name="who">One of two.</param>
    public Task<T> AsStaff<T>(int who, Func<IServiceProvider, Caller, Task<T>> act) => As(staff[who], [Rights.Support, Rights.Finance], [], act);

    /// <summary>In a transaction of its own, by nobody: as a job or a reaction.</summary>
    public Task<T> Do<T>(Func<IServiceProvider, Task<T>> act) => market.Do(act);

    /// <summary>In a scope of its own, by nobody, without a transaction.</summary>
    public async Task<T> Outside<T>(Func<IServiceProvider, Task<T>> act)
    {
        await using var scope = market.Services.CreateAsyncScope();
        return await act(scope.ServiceProvider);
    }

    /// <summary>Runs the act with a death at that point; swallows it.</summary>
    public async Task Dying(int at, Func<Task> act)
    {
        pointsLeft = at;
        try
        {
            await act();
        }
        catch (Faults.Crash)
        {
            // Nobody has answered. That is all the client knows.
        }
        finally
        {
            pointsLeft = int.MaxValue;
        }
    }

    /// <summary>What lay in the cart before is thrown out.</summary>
    public async Task FillCart(int buyer, IReadOnlyList<(int Seller, int Offer, long Price)> lines)
    {
        await using var batch = market.Source.CreateBatch();
        batch.BatchCommands.Add(Sql.Batched("DELETE FROM orders.cart_items i USING orders.carts c WHERE c.id = i.cart_id AND c.owner = $1", people[buyer]));
        batch.BatchCommands.Add(Sql.Batched(
            """
            INSERT INTO orders.cart_items (id, cart_id, offer_id, units, price, currency, named, line)
            SELECT gen_random_uuid(), c.id, l.offer, 1, l.price, l.currency, true, l.ord
            FROM orders.carts c, unnest($2::uuid[], $3::bigint[], $4::text[]) WITH ORDINALITY l (offer, price, currency, ord) WHERE c.owner = $1
            """,
            people[buyer], lines.Select(l => offers[(l.Seller, l.Offer)]).ToArray(), lines.Select(l => l.Price).ToArray(), lines.Select(l => Books.CurrencyOf(l.Seller)).ToArray()));
        await batch.ExecuteNonQueryAsync();
    }

    /// <summary>Every purse as the product shows it.</summary>
    public async Task MustAgree()
    {
        var shown = (await market.Source.Command("SELECT owner_id, currency, available, pending, escrow, in_payout, locked, debt FROM wallet.wallets WHERE owner_id = ANY ($1)", people)
            .List(r => (Key: (Array.IndexOf(people, r.GetGuid(0)), r.GetString(1)),
                Purse: new Purse { Available = r.GetInt64(2), Pending = r.GetInt64(3) + r.GetInt64(4), InPayout = r.GetInt64(5), Locked = r.GetInt64(6), Debt = r.GetInt64(7) }))).ToDictionary(p => p.Key, p => p.Purse);
        foreach (var currency in Books.Currencies)
        {
            for (var person = 0; person < Books.People; person++)
            {
                var product = (shown.GetValueOrDefault((person, currency)) ?? new Purse()).ToString();
                if (product != Books[person, currency].ToString()) throw new Disagreement($"person {person} has in {currency}: {product}; the model says {Books[person, currency]}");
            }
        }
    }

    /// <summary>At the end: the market's own accounts, and every line with its hold, as far as this sequence moved them.</summary>
    public async Task MustAgreeInTheEnd()
    {
        var orders = Orders.Values.Select(o => o.Id).ToArray();
        var market = (await this.market.Source.Command(
            """
            SELECT a.kind, a.currency, sum(p.amount)::bigint
            FROM wallet.ledger_transactions t
            JOIN wallet.postings p ON p.transaction_id = t.id AND p.recorded_at = t.recorded_at
            JOIN wallet.accounts a ON a.id = p.account_id AND a.owner_id IS NULL
            WHERE t.ref_id = ANY ($1)
            GROUP BY a.kind, a.currency HAVING sum(p.amount) <> 0
            """,
            (object)orders.Concat(TopUps.Values).Concat(Withdrawals.Values).ToArray()).List(r => $"{r.GetString(0)} {r.GetString(1)} {r.GetInt64(2)}")).Order(StringComparer.Ordinal).ToList();
        var model = Books.Market.Where(m => m.Value != 0).Select(m => $"{m.Key.Kind} {m.Key.Currency} {m.Value}").Order(StringComparer.Ordinal).ToList();
        if (!market.SequenceEqual(model)) throw new Disagreement($"the market has\n  {string.Join("\n  ", market)}\nthe model says\n  {string.Join("\n  ", model)}");

        var lines = (await this.market.Source.Command(
            """
            SELECT i.id, i.gross, i.commission, i.fee, i.seller_share, i.refunded, coalesce(h.remaining, 0), coalesce(h.released, 0)
            FROM orders.order_items i LEFT JOIN wallet.holds h ON h.kind = 'sale' AND h.subject_id = i.id WHERE i.order_id = ANY ($1)
            """,
            (object)orders).List(r => (r.GetGuid(0), (r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6), r.GetInt64(7))))).ToDictionary(l => l.Item1, l => l.Item2);
        foreach (var (order, ids) in Orders)
        {
            foreach (var (line, id) in order.Lines.Zip(ids.Items))
            {
                var expected = (line.Gross, line.Commission, line.Fee, line.Share, line.Refunded, line.Held, line.Released);
                if (lines[id] != expected) throw new Disagreement($"line {id} has (gross, commission, fee, share, refunded, held, released) {lines[id]}; the model says {expected}");
            }
        }

        await RefundedWholeIsGone();
    }

    // A line that was given back whole has left nothing on any leg but the processor's fee; its seller has paid that.
    private async Task RefundedWholeIsGone()
    {
        var whole = Orders.SelectMany(o => o.Key.Lines.Zip(o.Value.Items)).Where(l => l.First.Gross > 0 && l.First.Refunded == l.First.Gross).ToDictionary(l => l.Second, l => l.First);
        var left = await market.Source.Command(
            """
            SELECT k.item, coalesce(sum(p.amount) FILTER (WHERE a.kind = 'revenue_commission'), 0)::bigint, coalesce(sum(p.amount) FILTER (WHERE a.kind = 'revenue_fee_recovered'), 0)::bigint,
                   coalesce(sum(p.amount) FILTER (WHERE a.owner_id = i.seller), 0)::bigint,
                   coalesce(sum(p.amount) FILTER (WHERE a.owner_id IS DISTINCT FROM i.seller AND a.kind NOT IN ('revenue_commission', 'revenue_fee_recovered', 'order_funding', 'refund_transit')), 0)::bigint
            FROM (SELECT id AS item, 'sale:' || id AS key FROM orders.order_items WHERE id = ANY ($1)
                  UNION ALL SELECT item_id, 'refund:' || id FROM orders.refunds WHERE item_id = ANY ($1)) k
            JOIN orders.order_items i ON i.id = k.item
            JOIN wallet.posting_keys pk ON pk.key = k.key
            JOIN wallet.postings p ON p.transaction_id = pk.transaction_id AND p.recorded_at = pk.recorded_at
            JOIN wallet.accounts a ON a.id = p.account_id
            GROUP BY k.item
            """,
            (object)whole.Keys.ToArray()).List(r => (Item: r.GetGuid(0), Legs: (r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4))));
        foreach (var (item, legs) in left)
        {
            if (legs != (0, whole[item].Fee, -whole[item].Fee, 0))
                throw new Disagreement($"line {item}, refunded whole, has left (commission, fee, seller, others) {legs}; its fee was {whole[item].Fee}");
        }
    }

    private async Task<T> As<T>(Guid account, string[] rights, string[] capabilities, Func<IServiceProvider, Caller, Task<T>> act)
    {
        var user = new ClaimsPrincipal(new ClaimsIdentity(
            [new(ClaimTypes.NameIdentifier, account.ToString()), new(Caller.ProvedClaim, Now.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture)), .. rights.Select(r => new Claim(Caller.RightClaim, r)), .. capabilities.Select(c => new Claim(Caller.CapabilityClaim, c))], "model"));
        await using var scope = market.Services.CreateAsyncScope();
        var http = scope.ServiceProvider.GetRequiredService<IHttpContextAccessor>();
        http.HttpContext = new DefaultHttpContext { User = user, RequestServices = scope.ServiceProvider };
        try
        {
            return await act(scope.ServiceProvider, scope.ServiceProvider.GetRequiredService<Caller>());
        }
        finally
        {
            http.HttpContext = null;
        }
    }

    private void Pass(string point)
    {
        if (pointsLeft != int.MaxValue && --pointsLeft == 0) throw new Faults.Crash(point);
    }

    private sealed class ClockOfTheSequence : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Current.Value?.Now ?? new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
    }
}

/// <summary>Product and model do not say the same.</summary>
internal sealed class Disagreement(string what) : Exception(what);
