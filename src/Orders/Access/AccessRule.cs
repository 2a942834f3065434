using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>What buying a product opens beside itself. Once ended it concerns nobody any more who buys later; who bought before keeps what it opened.</summary>
internal sealed class AccessRule
{
    /// <summary>Of one product.</summary>
    public const int Most = 20;

    private AccessRule()
    {
    }

    internal AccessRule(Guid product, Guid shop, AccessKind kind, string target, Guid? seatOffer, bool earlier, Guid by, TimeProvider clock) =>
        (Id, Product, Shop, TargetKind, Target, SeatOffer, Earlier, MadeBy, CreatedAt) = (Ids.New(clock), product, shop, kind, target, seatOffer, earlier, by, clock.GetUtcNow());

    public Guid Id { get; private set; }

    public Guid Product { get; private set; }

    public Guid Shop { get; private set; }

    public AccessKind TargetKind { get; private set; }

    public string Target { get; private set; } = "";

    /// <summary>Of a webinar: the offer by which its seats are counted.</summary>
    public Guid? SeatOffer { get; private set; }

    public Guid MadeBy { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>Who bought before gets it, too.</summary>
    public bool Earlier { get; private set; }

    /// <summary>The last of the earlier lines that was looked at.</summary>
    public Guid? SeenLine { get; private set; }

    public DateTimeOffset? EarlierDoneAt { get; private set; }

    public void End(DateTimeOffset now) => EndedAt ??= now;

    public void Saw(Guid line) => SeenLine = line;

    public void SawAll(DateTimeOffset now) => EarlierDoneAt = now;
}
