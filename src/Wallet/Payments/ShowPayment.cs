using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Wallet;

/// <summary>One payment, to its payer only.</summary>
internal static class ShowPayment
{
    /// <param name="ActionUrl">Where the payer confirms, when the state is needs_action: a path of this market or the provider's address.</param>
    public sealed record Reply(
        Guid Id, string Purpose, Guid Subject, Money Amount, string Method, PaymentState State, string? ActionUrl, string? FailureCode, DateTimeOffset CreatedAt)
    {
        public static Reply Of(Payment p) => new(p.Id, p.Purpose, p.Subject, p.Amount, p.Method, p.State, p.ActionUrl, p.FailureCode, p.CreatedAt);
    }

    public static async Task<Reply> Handle(Guid id, Caller caller, WalletDb db, CancellationToken stop)
    {
        var payer = caller.Account;
        var charge = await db.Charges.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id && c.PayerId == payer, stop) ?? throw Refused.NotFound();
        return Reply.Of(charge.ToPayment());
    }
}
