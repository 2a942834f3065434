using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>Brings every refund to its end that was never submitted (we died in between) or whose answer was lost.</summary>
internal sealed class SweepRefunds(DueRows due, SubmitRefund submit) : IJob
{
    public Task Handle(DateTimeOffset now, CancellationToken stop) =>
        due.Each("wallet.payment_refunds", "next_check_at", now, TimeSpan.FromMinutes(1), refund => submit.Handle(refund, stop), stop);
}
