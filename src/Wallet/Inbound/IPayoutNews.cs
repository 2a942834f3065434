namespace Marketplace.Wallet;

/// <summary>Whoever keeps payouts hears here that a provider has news of one. Without it such events are kept and ignored.</summary>
internal interface IPayoutNews
{
    /// <summary>Asks the provider what became of the payout. Outside any transaction; safe to repeat.</summary>
    /// <exception cref="NotYetException">There is no such payout yet.</exception>
    Task Heard(string provider, Guid payout, CancellationToken stop);
}

/// <summary>What an event is about is not there yet: we may still be committing it. The event is tried again.</summary>
internal sealed class NotYetException(string message) : Exception(message);
