using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>Keeps the promises of <see cref="IWallet"/>.</summary>
internal sealed class Till(
    WalletDb db, UnitOfWork work, NpgsqlDataSource source, Ledger ledger, IEnumerable<IPaymentProvider> providers, SubmitPayment submit, RefundSales refunds, SubmitRefund finish,
    DisputeSales disputes, SavedMethods saved, Deferrals deferrals, RiskFactors factors, Faults faults, TimeProvider clock) : IWallet
{
    public async Task<IReadOnlyList<SavedPaymentMethod>> SavedMethods(Guid account, CancellationToken stop = default) => await saved.Of(account, stop);

    public IReadOnlyList<PaymentMethod> Methods { get; } = [new PaymentMethod(PaymentMethod.Wallet, "Wallet", false), .. providers.SelectMany(p => p.Methods)];

    public async Task<Money> Available(Guid account, Currency currency, CancellationToken stop = default)
    {
        const string sql =
            """
            SELECT b.balance FROM wallet.accounts a JOIN wallet.account_balances b ON b.account_id = a.id
            WHERE a.kind = 'user_available' AND a.currency = $2 AND a.reference IS NULL AND a.owner_id = $1
            """;
        var ask = work.IsOpen ? work.Command(sql, account, currency.Code) : source.Command(sql, account, currency.Code);
        return new Money(await ask.Scalar<long>(stop), currency);
    }

    public PaymentChoice Choice(Money? total, Money? available, string? method = null, string? token = null)
    {
        bool Offered(PaymentMethod m) => m.Key == PaymentMethod.Wallet ? available is not null : total is not { } sum || providers.Single(p => p.Methods.Contains(m)).Takes(sum);
        var payable = Methods.Where(Offered).ToList();
        // A card that only a frame of its vault may ask for is a program's to pay by, or a saved one.
        var choice = new PaymentChoice(payable.Where(m => m.NeedsNoForm).ToList(), total, available, null, token) { Payable = payable.Select(m => m.Key).ToList() };
        return choice with
        {
            Asked = method is not null,
            Marked = method?.Contains('/', StringComparison.Ordinal) == true || choice.Methods.Any(m => m.Key == method) ? method
                : choice.WalletSuffices ? PaymentMethod.Wallet
                : choice.Methods.FirstOrDefault(m => m.Key != PaymentMethod.Wallet)?.Key,
        };
    }

    public Money ProcessorFee(string method, Money amount)
    {
        if (method == PaymentMethod.Wallet) return Money.Zero(amount.Currency);
        var provider = providers.FirstOrDefault(p => p.Methods.Any(m => m.Key == method))
            ?? throw new Refused("payment_method_unknown", 422, "There is no such way to pay here.");
        return provider.Fee(amount);
    }

    public async Task Settle(Settlement settlement)
    {
        await ledger.Post(Wallet.Holds.Begin(settlement, factors, clock), [.. SettleOrder.Postings(settlement)]);
        faults.Pass(Faults.AfterHold);
    }

    public Task<IReadOnlyDictionary<Guid, Hold>> Holds(IReadOnlyCollection<Guid> items, CancellationToken stop = default) => Wallet.Holds.Of(items, source, stop);

    public Task HoldEvent(Guid item, SaleEvent what, DateTimeOffset at) => Wallet.Holds.Happened(item, what, at, work);

    public Task FreezeHold(Guid item) => Wallet.Holds.Freeze(item, true, work);

    public Task ThawHold(Guid item) => Wallet.Holds.Freeze(item, false, work);

    public Task Defer(Deferral deferral) => deferrals.Begin(deferral);

    public Task<Money> StopDeferring(Guid deferral, DateTimeOffset at) => deferrals.Stop(deferral, at);

    public Task Refund(OrderRefund refund) => refunds.Handle(refund);

    public Task SendBack(Guid refund, Guid order, Guid buyer, Money amount) => refunds.SendBack(refund, order, buyer, amount);

    public async Task FinishRefunds(IReadOnlyCollection<Guid> refunds, CancellationToken stop = default)
    {
        foreach (var refund in refunds) await finish.Handle(refund, stop);
    }

    public async Task<IReadOnlyDictionary<Guid, MoneyBack>> MoneyBack(IReadOnlyCollection<Guid> refunds, CancellationToken stop = default)
    {
        var toCards = refunds.Count == 0 ? [] : await db.PaymentRefunds.AsNoTracking().Where(r => refunds.Contains(r.Id))
            .Join(db.Charges, r => r.PaymentId, c => c.Id, (r, c) => new { Refund = r, c.Method }).ToDictionaryAsync(r => r.Refund.Id, stop);
        // What no payment brought came from the wallet, and was back there with the refund itself.
        return refunds.Distinct().ToDictionary(id => id, id => toCards.TryGetValue(id, out var card) ? card.Refund.ToMoneyBack(card.Method) : new MoneyBack(id, PaymentMethod.Wallet, true, null, null));
    }

    public Task TakeDisputed(Guid dispute, IReadOnlyList<SalePart> lines) => disputes.Take(dispute, lines);

    public Task ReturnDisputed(Guid dispute) => disputes.Return(dispute);

    public Task<Guid> Start(NewPayment payment) => StartPayment.Handle(payment, providers, saved, ledger, db, work, clock);

    public Task<Payment> Submit(Guid payment, CancellationToken stop = default) => submit.Handle(payment, stop);

    public async Task<Payment?> PaymentFor(Guid subject, CancellationToken stop = default) =>
        (await db.Charges.AsNoTracking().Where(c => c.SubjectId == subject).OrderBy(c => c.State == PaymentState.Failed).ThenByDescending(c => c.CreatedAt).ThenByDescending(c => c.Id).FirstOrDefaultAsync(stop))?.ToPayment();
}
