using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>
/// What other modules may ask of the one ledger. Amounts are minor units inside <see cref="Money"/>. Captured money waits in the
/// liability <c>order_funding:{order}</c>: a wallet or a capture pays into it, each sale draws from it, and it returns to 0.
/// </summary>
public interface IWallet
{
    /// <summary>What the account can spend now. Zero when it has no wallet in that currency.</summary>
    Task<Money> Available(Guid account, Currency currency, CancellationToken stop = default);

    /// <summary>Ways to pay that are configured here, in the order in which to offer them.</summary>
    IReadOnlyList<PaymentMethod> Methods { get; }

    /// <summary>
    /// The choice of how to pay, as fields <c>payment_method</c> and <c>payment_token</c> inside a form of any module:
    /// <c>&lt;partial name="/Pages/Wallet/_PaymentMethods.cshtml" model="Model.Payment" /&gt;</c>. The page binds them with
    /// <c>[BindProperty(Name = "payment_method")]</c> and <c>[BindProperty(Name = "payment_token")]</c>, and hands the token to <see cref="Start"/> when the method is not <c>wallet</c>.
    /// </summary>
    /// <param name="total">What is to be paid; null when the payer types it.</param>
    /// <param name="available">In the payer's wallet; null offers no payment from the wallet.</param>
    /// <param name="method">What was chosen before a refusal, as is <paramref name="token"/>.</param>
    PaymentChoice Choice(Money? total, Money? available, string? method = null, string? token = null);

    /// <summary>The ways to pay that somebody saved, the usual one first. For the partial: <c>Choice(…) with { Saved = … }</c>.</summary>
    Task<IReadOnlyList<SavedPaymentMethod>> SavedMethods(Guid account, CancellationToken stop = default);

    /// <summary>
    /// The processor's fee on one payment by this method (rates frozen by the caller into its split): basis points and a fixed part;
    /// 0 for the wallet.
    /// </summary>
    Money ProcessorFee(string method, Money amount);

    /// <summary>
    /// One posting of all that an order moves, in the caller's transaction: funds from the buyer's wallet (when
    /// <see cref="Settlement.FromWallet"/> is set) and one <c>sale:{item}</c> a line, whose seller's share is held by its
    /// <see cref="Sale.Hold"/>. Repeating it is harmless.
    /// </summary>
    /// <exception cref="Refused">409 <c>insufficient_funds</c>: wallet or order funding does not hold the sum.</exception>
    Task Settle(Settlement settlement);

    /// <summary>What became of the sellers' shares of these lines: held and until when, released, taken back. A line without a share has none.</summary>
    Task<IReadOnlyDictionary<Guid, Hold>> Holds(IReadOnlyCollection<Guid> items, CancellationToken stop = default);

    /// <summary>
    /// Something has happened to a sold line. If its hold counts from that, the release comes nearer, never farther; repeating it is
    /// harmless. In the caller's transaction, before its postings.
    /// </summary>
    Task HoldEvent(Guid item, SaleEvent what, DateTimeOffset at);

    /// <summary>
    /// What is still held of a sold line is not released, whatever its rule says, until <see cref="ThawHold"/>: buyer and seller do not agree about it.
    /// What was released before is the seller's. Refunds take from it as ever. In the caller's transaction; again changes nothing.
    /// </summary>
    Task FreezeHold(Guid item);

    /// <summary>The line's hold goes by its rule again; what is overdue is released by the next turn.</summary>
    Task ThawHold(Guid item);

    /// <summary>
    /// Takes money from the payer's wallet that the market earns only as time goes by (a boost, a subscription), in the caller's
    /// transaction: a job recognises it bit by bit. The same deferral again changes nothing.
    /// </summary>
    /// <exception cref="Refused">409 <c>insufficient_funds</c>, <c>posting_conflict</c>.</exception>
    Task Defer(Deferral deferral);

    /// <summary>Ends a deferral early, in the caller's transaction: what is earned until then is recognised, exactly the rest goes back.</summary>
    /// <returns>What went back into the payer's wallet; the same again when it had ended before.</returns>
    Task<Money> StopDeferring(Guid deferral, DateTimeOffset at);

    /// <summary>
    /// Takes parts of sold lines back, all or none, in the caller's transaction, and sends the money back the way it came: into the
    /// buyer's wallet at once; to a card by <see cref="FinishRefunds"/> after the commit. Where both paid, the card has its part back first. The caller holds the order's lock.
    /// </summary>
    /// <exception cref="Refused">409 <c>refund_exceeds_payment</c>, <c>dispute_open</c>, <c>account_frozen</c>.</exception>
    Task Refund(OrderRefund refund);

    /// <summary>
    /// Sends back a payment that could buy nothing any more, whole, in the caller's transaction; the card gets it by <see cref="FinishRefunds"/> after
    /// the commit. The caller holds the order's lock, and nothing was posted for the order.
    /// </summary>
    /// <param name="refund">A new id; the key of its posting and the provider's.</param>
    /// <param name="amount">The wallet's part with it.</param>
    /// <exception cref="Refused">409 <c>dispute_open</c>, <c>refund_exceeds_payment</c>.</exception>
    Task SendBack(Guid refund, Guid order, Guid buyer, Money amount);

    /// <summary>
    /// Asks providers to give back what refunds took, outside any transaction. Safe to repeat: each is given back once. What is
    /// never finished (the caller died) is swept up after two minutes; what a card does not take goes into the buyer's wallet.
    /// </summary>
    Task FinishRefunds(IReadOnlyCollection<Guid> refunds, CancellationToken stop = default);

    /// <summary>Where the money of these refunds went.</summary>
    Task<IReadOnlyDictionary<Guid, MoneyBack>> MoneyBack(IReadOnlyCollection<Guid> refunds, CancellationToken stop = default);

    /// <summary>
    /// Takes what a dispute (<see cref="PaymentDisputed"/>) took of an order from its lines, in the caller's transaction, under the order's
    /// lock: tax and commission as they are, sellers from hold, wallet and debt. What the lines have not left the market bears. Once a dispute.
    /// </summary>
    /// <param name="lines">Together at most the dispute's amount; none when nothing was left.</param>
    Task TakeDisputed(Guid dispute, IReadOnlyList<SalePart> lines);

    /// <summary>Gives everybody back what <see cref="TakeDisputed"/> took, for a dispute that was won; in the caller's transaction, under the order's lock. Once a dispute.</summary>
    Task ReturnDisputed(Guid dispute);

    /// <summary>
    /// Records that money shall be taken (a renewal takes it by <see cref="SavedPaymentMethod.Token"/> with <see cref="NewPayment.OffSession"/>): state <c>created</c>, in the caller's transaction. Nothing is called yet:
    /// <see cref="Submit"/> does that after the commit, with the payment's id as the provider's key.
    /// </summary>
    /// <exception cref="Refused">
    /// 422 <c>payment_method_unknown</c>, <c>payment_token_missing</c>, <c>card_number_refused</c>, <c>currency_not_payable</c>,
    /// <c>amount_not_payable</c>, <c>payment_method_gone</c> (a saved way that is not there, is not the payer's, or has expired);
    /// 409 <c>payment_in_progress</c>: the order has a payment that has not failed (paid once, or still open); <c>insufficient_funds</c> for the wallet's part.
    /// </exception>
    Task<Guid> Start(NewPayment payment);

    /// <summary>
    /// Asks the provider about a payment that is open (<c>created</c>, <c>unknown</c>, <c>needs_action</c>) and applies the outcome in
    /// a transaction of its own; returns one that has ended unchanged. Must be called outside a transaction; safe to repeat and to
    /// run in parallel. A payment that is never submitted is swept up after two minutes: the caller may die in between.
    /// </summary>
    Task<Payment> Submit(Guid payment, CancellationToken stop = default);

    /// <summary>The payment for a subject (an order) that has not failed, else the latest; null when there is none.</summary>
    Task<Payment?> PaymentFor(Guid subject, CancellationToken stop = default);
}

/// <param name="Key"><c>wallet</c> or a provider's method such as <c>sandbox_card</c>.</param>
/// <param name="Name">English; shown translated.</param>
/// <param name="TakesCard">The form asks for the provider's card token (in the sandbox: a magic number's name).</param>
public sealed record PaymentMethod(string Key, string Name, bool TakesCard)
{
    /// <summary>Paid at once from what the buyer has; every other key is a provider's.</summary>
    public const string Wallet = "wallet";

    /// <summary>Its provider can keep it for the next time.</summary>
    public bool CanBeSaved { get; init; }

    /// <summary>A page can offer it: nothing has to be typed here, or there are cards to choose from.</summary>
    public bool NeedsNoForm => !TakesCard || TestCards.Count > 0;

    /// <summary>Cards of a sandbox to choose from instead of a card form; empty for a real provider.</summary>
    public IReadOnlyList<TestCard> TestCards { get; init; } = [];
}

/// <param name="Token">Sent as <c>payment_token</c>.</param>
/// <param name="Name">English; shown translated, as is the sentence of what it does.</param>
public sealed record TestCard(string Token, string Name, string Does);

/// <summary>Model of the partial that asks how to pay: see <see cref="IWallet.Choice"/>.</summary>
/// <param name="Marked">The method that is marked to begin with.</param>
/// <param name="Token">The card that was chosen before a refusal.</param>
public sealed record PaymentChoice(IReadOnlyList<PaymentMethod> Methods, Money? Total, Money? Available, string? Marked, string? Token)
{
    /// <summary>What the payer saved: offered first.</summary>
    public IReadOnlyList<SavedPaymentMethod> Saved { get; init; } = [];

    /// <summary>The payer has chosen before, and was refused.</summary>
    public bool Asked { get; init; }

    /// <summary>Whether "keep it for next time" was ticked before a refusal.</summary>
    public bool Save { get; init; }

    /// <summary>Whether "first what is in the wallet" was ticked before a refusal.</summary>
    public bool WalletFirst { get; init; }

    /// <summary>The wallet holds a part of the total: another way can pay the rest.</summary>
    public bool WalletHelps => Available is { Minor: > 0 } has && Total is { } total && has < total;

    /// <summary>Keys of the ways that can carry the sum, also of those for which a form of ours cannot ask.</summary>
    internal IReadOnlyList<string> Payable { get; init; } = [];

    /// <summary>The saved ones that can pay this, as values of <c>payment_method</c>.</summary>
    internal IEnumerable<(SavedPaymentMethod Method, string Value)> Offered => Saved.Where(s => s.Usable && Payable.Contains(s.Method)).Select(s => (s, $"{s.Method}/{s.Token}"));

    /// <summary>
    /// What the form's fields mean: one button stands for a way to pay, or for a saved one, whose token comes with it, so that the form
    /// works without a script.
    /// </summary>
    public static (string Method, string? Token) Read(string? method, string? token)
    {
        var chosen = (method ?? "").Trim();
        var at = chosen.IndexOf('/', StringComparison.Ordinal);
        return at >= 0 ? (chosen[..at], chosen[(at + 1)..]) : (chosen, string.IsNullOrWhiteSpace(token) ? null : token.Trim());
    }

    /// <summary>True when the wallet holds the total.</summary>
    public bool WalletSuffices => Available is { } has && Total is { } total && has >= total;
}

/// <param name="FromWallet">Taken from the buyer's available balance into the order's funding in the same posting; null when a payment has funded it.</param>
public sealed record Settlement(Guid Order, Guid Buyer, Money? FromWallet, IReadOnlyList<Sale> Sales);

/// <summary>The split of one line: gross + coupon = tax + commission + fee + seller's share, all of one currency (minor units).</summary>
/// <param name="TaxPlace">Country of the tax, e.g. <c>FR</c>; null when there is none.</param>
/// <param name="Hold">Why the seller's share is not available at once.</param>
public sealed record Sale(Guid Item, Guid Seller, Money Gross, long Tax, string? TaxPlace, long Commission, long Fee, long SellerShare, HoldTerms Hold)
{
    /// <summary>What the market adds to what the buyer pays, because its own coupon made the line cheaper.</summary>
    public long Coupon { get; init; }
}

/// <summary>By which rule a seller's share is held, and at whose risk. The rule's days and the risk of that moment are frozen into the hold.</summary>
/// <param name="Rule">Code of a rule that staff keep on /admin/hold-rules: <c>after_sale</c>.</param>
/// <param name="Risk">Null: the seller's own.</param>
public sealed record HoldTerms(string Rule, RiskLevel? Risk = null)
{
    /// <summary>Some days after the sale, in which a refund can be paid from it.</summary>
    public const string AfterSale = "after_sale";

    /// <summary>Some days after the buyer has fetched the files.</summary>
    public const string AfterDownload = "after_download";

    /// <summary>Some days after the parcel has arrived.</summary>
    public const string AfterDelivery = "after_delivery";

    /// <summary>Some days after the buyer has accepted the work.</summary>
    public const string AfterAcceptance = "after_acceptance";

    /// <summary>Some days after the event has taken place.</summary>
    public const string AfterAttendance = "after_attendance";
}

/// <summary>What a rule of holds counts from. Modules tell by <see cref="IWallet.HoldEvent"/>; the sale itself needs no telling.</summary>
public enum SaleEvent
{
    Sold,
    Downloaded,
    Delivered,
    Accepted,
    Attended,
    Completed,
}

/// <summary>How likely it is that money of a seller has to go back; multiplies the days of holds.</summary>
public enum RiskLevel
{
    Low,
    Normal,
    High,
}

/// <summary>Why and how long a share is held, as it was agreed at the sale.</summary>
/// <param name="Reason">English, as staff wrote it.</param>
/// <param name="Days">After the event, times <paramref name="Factor"/>.</param>
/// <param name="LatestDays">After the sale, times <paramref name="Factor"/>, whether the event happened or not; null: never without it.</param>
/// <param name="HappenedAt">When the event happened; null while it is waited for, or when it is the sale.</param>
public sealed record HoldBasis(string Reason, SaleEvent Event, int Days, int? LatestDays, RiskLevel Risk, decimal Factor, DateTimeOffset? HappenedAt)
{
    /// <summary>Something may still bring the release nearer.</summary>
    public bool Waits => Event != SaleEvent.Sold && HappenedAt is null;

    /// <summary>How long after the event, in days.</summary>
    public decimal DaysAfter => Days * Factor;
}

/// <summary>What is earned by time; see <see cref="IWallet.Defer"/>.</summary>
public enum DeferredIncome
{
    Boost,
    Subscription,
}

/// <param name="Id">New; the key of its postings.</param>
/// <param name="Subject">What was paid for: a boost, a subscription.</param>
/// <param name="Total">More than nothing; without tax.</param>
/// <param name="Until">After <paramref name="From"/>: by then it is earned whole.</param>
public sealed record Deferral(Guid Id, DeferredIncome Kind, Guid Subject, Guid Payer, Money Total, DateTimeOffset From, DateTimeOffset Until);

/// <param name="Lines">One currency.</param>
public sealed record OrderRefund(Guid Order, Guid Buyer, IReadOnlyList<SaleRefund> Lines);

/// <summary>What one line gives back (minor units): tax and commission as they are, the seller the rest. The processor's fee stays paid.</summary>
/// <param name="Refund">A new id; the key of its postings and the provider's.</param>
public sealed record SaleRefund(Guid Refund, Guid Item, Guid Seller, Money Amount, long Tax, string? TaxPlace, long Commission)
{
    /// <summary>What the market has again of its own coupon; the seller gives it.</summary>
    public long Coupon { get; init; }
}

/// <summary>A part of a sold line that goes back to who paid (minor units): tax and commission as they are, the seller the rest.</summary>
public sealed record SalePart(Guid Item, Guid Seller, Money Amount, long Tax, string? TaxPlace, long Commission)
{
    /// <summary>As of <see cref="SaleRefund.Coupon"/>.</summary>
    public long Coupon { get; init; }
}

/// <summary>needs_response → under_review → won or lost.</summary>
public enum DisputeState
{
    NeedsResponse,
    UnderReview,
    Won,
    Lost,
}

/// <param name="To"><c>wallet</c>, or the way it was paid.</param>
/// <param name="Arrived">False while a provider has not said so.</param>
/// <param name="RefusedBecause">Why the card did not take it, so that it went into the wallet: <c>refund_refused</c>.</param>
public sealed record MoneyBack(Guid Refund, string To, bool Arrived, DateTimeOffset? At, string? RefusedBecause)
{
    /// <summary>What of it the wallet had paid and has back, while the rest goes to the card; null where one of them got it all.</summary>
    public Money? InWallet { get; init; }
}

/// <summary>A seller's share of one line while it waits, and after.</summary>
/// <param name="Amount">What was held at first.</param>
/// <param name="Remaining">Still held.</param>
/// <param name="Released">Became the seller's to spend (or repaid what they owed). The rest went back to the buyer.</param>
public sealed record Hold(
    Guid Id, Guid Subject, Guid Owner, Money Amount, Money Remaining, Money Released, string Rule, DateTimeOffset? ReleaseAt, HoldState State, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt,
    HoldBasis Basis);

/// <summary>held → released, or cancelled when refunds took all of it.</summary>
public enum HoldState
{
    Held,
    Released,
    Cancelled,
}

/// <param name="Purpose"><c>order</c> or <c>top_up</c>.</param>
/// <param name="Subject">The order, or the account that tops up.</param>
/// <param name="ReturnPath">Local path to which the payer comes back from a confirmation (3-D Secure); <c>{payment}</c> in it becomes the payment's id.</param>
/// <param name="MethodToken">What the provider gave the browser for the card, or <see cref="SavedPaymentMethod.Token"/>. Never a card number.</param>
public sealed record NewPayment(string Purpose, Guid Subject, Guid Payer, Money Amount, string Method, string? MethodToken, string ReturnPath)
{
    /// <summary>When it is captured, the way it was paid is kept for the payer's next payments. A provider that keeps none ignores it.</summary>
    public bool SaveMethod { get; init; }

    /// <summary>A renewal, charged while the payer is not there: a bank that wants to ask them makes it fail with <c>authentication_required</c>.</summary>
    public bool OffSession { get; init; }

    /// <summary>
    /// What the payer's wallet pays beside <see cref="Amount"/>, of the same currency: taken at once, and given back when the payment fails.
    /// For an order only.
    /// </summary>
    public Money? FromWallet { get; init; }

    internal Guid? SavedMethod => SavedPaymentMethod.IdOf(MethodToken);
}

/// <summary>A way to pay that somebody saved. The number is at its provider; here is what its owner needs to know it by.</summary>
/// <param name="Method">The key of its <see cref="PaymentMethod"/>.</param>
/// <param name="Brand"><c>visa</c>, <c>paypal</c> …</param>
/// <param name="Usable">False when it has expired or its provider is not configured any more.</param>
public sealed record SavedPaymentMethod(Guid Id, string Method, string Brand, string? Last4, int? ExpiryMonth, int? ExpiryYear, bool IsDefault, bool Usable, DateTimeOffset CreatedAt)
{
    private const string Prefix = "saved_";

    /// <summary>Sent as <c>payment_token</c> to pay by it.</summary>
    public string Token => Prefix + Id;

    internal static Guid? IdOf(string? token) =>
        token is not null && token.StartsWith(Prefix, StringComparison.Ordinal) && Guid.TryParseExact(token[Prefix.Length..], "D", out var id) ? id : null;
}

/// <summary>
/// created → captured, failed, needs_action (3-D Secure), authorised (held until staff has looked at it) or unknown (asked again by the
/// sweep); needs_action, authorised and unknown end in captured or failed.
/// </summary>
public enum PaymentState
{
    Created,
    NeedsAction,
    Captured,
    Failed,
    Unknown,
    Authorised,
}

/// <param name="ActionUrl">Where the payer confirms (3-D Secure), when the state asks for it.</param>
/// <param name="FailureCode">Stable, e.g. <c>card_declined</c>.</param>
public sealed record Payment(
    Guid Id, string Purpose, Guid Subject, Guid Payer, Money Amount, string Method, PaymentState State, string? ActionUrl, string? FailureCode, DateTimeOffset CreatedAt)
{
    /// <summary>The saved way by which it was paid; null for one that was typed.</summary>
    public Guid? SavedMethod { get; init; }

    /// <summary>As of <see cref="NewPayment.FromWallet"/>.</summary>
    public Money FromWallet { get; init; } = Money.Zero(Amount.Currency);

    /// <summary>
    /// Where a form may send the payer to confirm: a page of this market. To another's site they go by a link, for a browser does not follow a
    /// form out of the market (Content-Security-Policy, form-action).
    /// </summary>
    public string? NextPage => NextPageOf(State, ActionUrl);

    public static string? NextPageOf(PaymentState? state, string? actionUrl) =>
        state == PaymentState.NeedsAction && actionUrl is { Length: > 1 } url && url[0] == '/' && url[1] is not ('/' or '\\') ? url : null;
}
