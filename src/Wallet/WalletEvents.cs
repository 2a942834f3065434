using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>Money for a subject has been taken and lies in its order_funding (or, for a top-up, in the wallet).</summary>
public sealed record PaymentCaptured(Guid Payment, string Purpose, Guid Subject, Money Amount) : IEvent
{
    public string Key => Subject.ToString();
}

/// <summary>No money was taken and none will be.</summary>
public sealed record PaymentFailed(Guid Payment, string Purpose, Guid Subject, string FailureCode) : IEvent
{
    public string Key => Subject.ToString();
}
