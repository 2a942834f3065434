using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Wallet;

/// <summary>Staff says that a dispute was lost by a seller's fault: the seller pays its fee, from what is available, the rest as debt.</summary>
internal static class ChargeDisputeFee
{
    /// <param name="Seller">One of whose sales was disputed.</param>
    /// <param name="Reason">The seller reads it.</param>
    public sealed record Request(Guid Seller, string Reason);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Reason).Must(r => !string.IsNullOrWhiteSpace(r)).WithErrorCode("NotEmptyValidator").WithMessage("Say why it was the seller's fault.").MaximumLength(500);
    }

    /// <exception cref="Refused">404; 409 <c>dispute_not_lost</c>, <c>fault_decided</c>, <c>dispute_without_fee</c>.</exception>
    public static async Task Handle(Guid id, Request request, Caller caller, WalletDb db, UnitOfWork work, Ledger ledger, IAudit audit, TimeProvider clock)
    {
        caller.MustHave(Rights.Finance);
        var dispute = (await db.Disputes.FromSql($"SELECT * FROM wallet.payment_disputes WHERE id = {id} FOR UPDATE").ToListAsync()).SingleOrDefault() ?? throw Refused.NotFound();
        if (dispute.Purpose != Charge.ForOrder || !(await DisputeParts.Of(work, id)).Exists(p => p.Owner == request.Seller)) throw Refused.NotFound();
        dispute.Blame(request.Seller, request.Reason.Trim(), caller.Account, clock.GetUtcNow());
        var (available, debt) = (Account.Available(request.Seller), Account.Debt(request.Seller));
        var balances = await ledger.Lock(dispute.Amount.Currency, available, debt);
        var pays = SellerPays.Of(dispute.Fee, 0, balances[available], -balances[debt]);
        await ledger.Post(new Posting($"dispute_fault:{id}", "dispute_fault", dispute.SubjectReference,
            Account.DisputeExpense.Plus(dispute.FeeAmount),
            available.Minus(dispute.FeeAmount with { Minor = pays.Available }),
            debt.Minus(dispute.FeeAmount with { Minor = pays.Debt })));
        await audit.Write(caller, "wallet.dispute_fee_charged", "dispute", id, new { seller = request.Seller, fee = dispute.Fee, currency = dispute.CurrencyCode, reason = dispute.FaultReason });
    }
}
