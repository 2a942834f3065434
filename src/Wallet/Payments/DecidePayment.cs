using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Wallet;

/// <summary>
/// Staff takes or gives up a payment that its provider wants looked at. The decision is written down before the provider is asked: an
/// answer that is lost loses nothing of it, and the sweep carries it out.
/// </summary>
internal sealed class DecidePayment(WalletDb db, SubmitPayment submit, Writes writes, IAudit audit, Caller caller, TimeProvider clock)
{
    /// <param name="Take">False gives it up.</param>
    /// <param name="Reason">For the audit log.</param>
    public sealed record Request(bool Take, string? Reason);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Reason).Must(r => Words.Line(r ?? "").Length is >= 3 and <= 500).WithErrorCode("length").WithMessage("Say why, in 3 to 500 characters.");
    }

    /// <returns>As the provider left it: still authorised when it did not answer.</returns>
    /// <exception cref="Refused">403 <c>step_up_required</c>, <c>own_payment</c>; 404; 409 <c>payment_not_in_review</c>.</exception>
    public async Task<Payment> Handle(Guid id, Request request, CancellationToken stop)
    {
        caller.MustHave(Rights.Finance);
        caller.MustBeFresh(clock);
        await writes.Run(async () =>
        {
            db.ChangeTracker.Clear();
            var charge = (await db.Charges.FromSql($"SELECT * FROM wallet.payments WHERE id = {id} FOR UPDATE").ToListAsync()).SingleOrDefault() ?? throw Refused.NotFound();
            charge.Decide(request.Take ? PaymentDecision.Take : PaymentDecision.GiveUp, caller.Account, clock.GetUtcNow());
            await audit.Write(caller, request.Take ? "wallet.payment_taken" : "wallet.payment_given_up", "payment", id, new { reason = Words.Line(request.Reason!) });
        });
        return await submit.Handle(id, stop);
    }
}
