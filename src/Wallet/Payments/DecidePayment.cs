using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Wallet;

/// <summary>
/// Staff takes or gives up a payment that its provider wants looked at. Who decided and why is written down before the provider is asked:
/// an answer that is lost loses nothing of it.
/// </summary>
internal sealed class DecidePayment(WalletDb db, SubmitPayment submit, Writes writes, IAudit audit, Caller caller, TimeProvider clock)
{
    /// <exception cref="Refused">403 <c>step_up_required</c>, <c>own_payment</c>; 404; 409 <c>payment_not_in_review</c>; 422 <c>invalid</c>: no reason.</exception>
    public async Task<Payment> Handle(Guid id, bool take, string? reason, CancellationToken stop)
    {
        caller.MustBeFresh(clock);
        var why = Words.Line(reason ?? "");
        if (why.Length is < 3 or > 500) throw Refused.Invalid(new FieldError("/reason", "length", "Say why, in 3 to 500 characters."));
        await writes.Run(async () =>
        {
            db.ChangeTracker.Clear();
            var charge = (await db.Charges.FromSql($"SELECT * FROM wallet.payments WHERE id = {id} FOR UPDATE").AsNoTracking().ToListAsync()).SingleOrDefault() ?? throw Refused.NotFound();
            if (charge.PayerId == caller.Account) throw new Refused("own_payment", 403, "Somebody else decides about your own payment.");
            if (charge.State != PaymentState.Authorised) throw new Refused("payment_not_in_review", 409, "This payment is decided already.");
            await audit.Write(caller, take ? "wallet.payment_taken" : "wallet.payment_given_up", "payment", id, new { reason = why });
        });
        return await submit.Handle(id, take, stop);
    }
}
