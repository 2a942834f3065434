namespace Marketplace.Orders;

/// <summary>Why the market itself gives back or ends something; English, shown translated.</summary>
internal static class Because
{
    public const string NotSent = "It was not sent in time.", NothingSent = "Nothing of the parcel was sent.", NotDone = "The work was not delivered in time.", NotBegun = "The work never began: the questions were not answered.",
        SellerSilent = "The shop did not answer in time.", GivenBack = "All of it was given back.", BankDecides = "The payer's bank disputes the payment, and decides.";
}

/// <summary>How long after they have received it buyers may ask something back or open a claim.</summary>
internal static class AfterSale
{
    public static readonly TimeSpan Window = TimeSpan.FromDays(30);

    public static bool IsOver(OrderItem item, DateTimeOffset now) => item.CompletedAt + Window < now;
}
