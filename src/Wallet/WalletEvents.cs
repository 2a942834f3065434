using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>Money for a subject has been taken and lies in its order_funding (or, for a top-up, in the wallet).</summary>
public sealed record PaymentCaptured(Guid Payment, string Purpose, Guid Subject, Money Amount) : IEvent
{
    public string Key => Subject.ToString();
}

/// <summary>The payer's bank holds the money until staff has looked at the payment: it ends captured or failed.</summary>
/// <param name="Until">Given up then by itself.</param>
public sealed record PaymentAuthorised(Guid Payment, string Purpose, Guid Subject, Guid Payer, Money Amount, DateTimeOffset Until) : IEvent
{
    public string Key => Subject.ToString();
}

/// <summary>No money was taken and none will be.</summary>
/// <param name="Payer">Who meant to pay.</param>
public sealed record PaymentFailed(Guid Payment, string Purpose, Guid Subject, Guid Payer, Money Amount, string FailureCode) : IEvent
{
    public string Key => Subject.ToString();
}

/// <summary>Money of sales is no longer held: it can be spent and paid out. One event a seller, currency and turn of the release.</summary>
/// <param name="Amount">What was held; of it <paramref name="RepaidDebt"/> went to what the owner owed the market.</param>
/// <param name="Holds">How many holds ended.</param>
public sealed record HoldReleased(Guid Owner, Money Amount, Money RepaidDebt, int Holds) : IEvent
{
    public string Key => Owner.ToString();
}

/// <summary>Somebody can now pay by it without typing.</summary>
public sealed record PaymentMethodSaved(Guid Method, Guid Account) : IEvent
{
    public string Key => Account.ToString();
}
