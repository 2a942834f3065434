using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>Brings every open payment to its end: those that were never submitted (we died in between), whose answer was lost, or whose payer did not come back.</summary>
internal sealed class SweepPayments(DueRows due, SubmitPayment submit) : IJob
{
    public Task Handle(DateTimeOffset now, CancellationToken stop) =>
        due.Each("wallet.payments", "next_check_at", now, TimeSpan.FromMinutes(1), payment => submit.Handle(payment, stop), stop);
}
