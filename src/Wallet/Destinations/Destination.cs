using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>
/// Where somebody's money may go: pending until staff or its provider has said yes. Its details never change; another account is another
/// destination, which waits again. What is removed is kept, for the payouts that went there.
/// </summary>
internal sealed class Destination
{
    private Destination()
    {
    }

    public Guid Id { get; private set; }

    public Guid Account { get; private set; }

    /// <summary>Key of an <see cref="IPayoutProvider"/>.</summary>
    public string Way { get; private set; } = "";

    /// <summary>Sealed <see cref="DestinationDetails"/>; null once the person is erased.</summary>
    public byte[]? Details { get; private set; }

    /// <summary>As it is shown: <c>FR •••• 0189</c>.</summary>
    public string Mask { get; private set; } = "";

    public string? Country { get; private set; }

    public DestinationState State { get; private set; }

    /// <summary>Why it was refused; the person reads it.</summary>
    public string? Reason { get; private set; }

    /// <summary>Null: its provider decided.</summary>
    public Guid? DecidedBy { get; private set; }

    public DateTimeOffset? DecidedAt { get; private set; }

    /// <summary>Whoever took over an account cannot empty it at once: the owner has been told meanwhile.</summary>
    public DateTimeOffset UsableFrom { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? RemovedAt { get; private set; }

    public static Destination Add(Guid id, Guid account, string way, DestinationDetails details, Secrets secrets, TimeSpan wait, DateTimeOffset now) => new()
    {
        Id = id,
        Account = account,
        Way = way,
        Details = secrets.Seal(Row(id), details.ToBytes()),
        Mask = details.Mask,
        Country = details.Country,
        State = DestinationState.Pending,
        UsableFrom = now + wait,
        CreatedAt = now,
    };

    /// <exception cref="InvalidOperationException">Its person was erased.</exception>
    public DestinationDetails Open(Secrets secrets) => DestinationDetails.Of(secrets.Open(Row(Id), Details ?? throw new InvalidOperationException($"Destination {Id} was erased.")));

    /// <param name="by">Null: its provider.</param>
    /// <exception cref="Refused">409 <c>destination_decided</c>; 403 <c>own_destination</c>.</exception>
    public void Verify(Guid? by, DateTimeOffset now) => Decide(DestinationState.Verified, null, by, now);

    /// <inheritdoc cref="Verify"/>
    public void Refuse(string reason, Guid? by, DateTimeOffset now) => Decide(DestinationState.Refused, reason.Trim(), by, now);

    public void Remove(DateTimeOffset now) => RemovedAt ??= now;

    private void Decide(DestinationState state, string? reason, Guid? by, DateTimeOffset now)
    {
        if (by == Account) throw new Refused("own_destination", 403, "Nobody decides about their own destination.");
        if (State != DestinationState.Pending || RemovedAt is not null) throw new Refused("destination_decided", 409, "This destination was decided about already, or removed.");
        (State, Reason, DecidedBy, DecidedAt) = (state, reason, by, now);
    }

    private static string Row(Guid id) => $"wallet.payout_destinations/{id}";
}

/// <summary>pending → verified | refused.</summary>
internal enum DestinationState
{
    Pending,
    Verified,
    Refused,
}
