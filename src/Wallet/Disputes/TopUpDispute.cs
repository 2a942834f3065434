using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>A top-up that is disputed: who topped up gives it from what is available, the rest is a debt. Won, they have it again; a debt is repaid first.</summary>
internal sealed class TopUpDispute(UnitOfWork work, Ledger ledger)
{
    public async Task<Posting> Take(Dispute dispute, DateTimeOffset now)
    {
        var (available, debt) = await Lock(dispute);
        var pays = SellerPays.Of(dispute.Minor, 0, available, debt);
        await DisputeParts.Add(work, dispute.Id, [new DisputeParts.Part(dispute.PaymentId, dispute.PayerId, dispute.Minor, 0, null, 0, 0, null, pays)]);
        dispute.Take(0, now);
        return new Posting($"dispute:{dispute.Id}:{dispute.PaymentId}", "dispute", dispute.SubjectReference,
            Account.DisputeTransit.Plus(dispute.Amount),
            Account.Available(dispute.PayerId).Minus(dispute.Amount with { Minor = pays.Available }),
            Account.Debt(dispute.PayerId).Minus(dispute.Amount with { Minor = pays.Debt }));
    }

    public async Task<Posting> Return(Dispute dispute, DateTimeOffset now)
    {
        var (_, debt) = await Lock(dispute);
        var gets = SellerPays.Of(-dispute.Minor, 0, 0, debt);
        dispute.Return(now);
        return new Posting($"dispute_won:{dispute.Id}:{dispute.PaymentId}", "dispute_won", dispute.SubjectReference,
            Account.DisputeTransit.Minus(dispute.Amount),
            Account.Available(dispute.PayerId).Minus(dispute.Amount with { Minor = gets.Available }),
            Account.Debt(dispute.PayerId).Minus(dispute.Amount with { Minor = gets.Debt }));
    }

    private async Task<(long Available, long Debt)> Lock(Dispute dispute)
    {
        var balances = await ledger.Lock(dispute.Amount.Currency, Account.Available(dispute.PayerId), Account.Debt(dispute.PayerId));
        return (balances[Account.Available(dispute.PayerId)], -balances[Account.Debt(dispute.PayerId)]);
    }
}
