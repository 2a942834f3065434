using Marketplace.Wallet;

namespace Marketplace.Orders;

/// <summary>Things: the seller packs and sends them, and their money waits until they have arrived and could be looked at.</summary>
internal sealed class ParcelDelivery : IFulfilment
{
    public const string Kind = "physical";

    /// <summary>Working days within which a parcel leaves; who has not sent it by then is late.</summary>
    public const int HandlingDays = 5;

    public IReadOnlyCollection<string> Kinds { get; } = [Kind];

    public string Promise => "It is sent to your address; you see here when it is on its way.";

    public bool IsKept => false;

    public bool Repeats => true;

    public bool NeedsAddress => true;

    public HoldTerms Hold(string kind) => new(HoldTerms.AfterDelivery);

    /// <summary>It waits for its seller, who has some working days to send it.</summary>
    public void Begin(Order order, OrderItem item, DateTimeOffset now) => item.SendBy(WorkingDays.After(now, HandlingDays));
}

internal static class WorkingDays
{
    /// <summary>So many days later that are neither Saturday nor Sunday, at the same hour, UTC.</summary>
    public static DateTimeOffset After(DateTimeOffset from, int days)
    {
        var at = from.ToUniversalTime();
        while (days > 0)
        {
            at = at.AddDays(1);
            if (at.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)) days--;
        }

        return at;
    }
}
