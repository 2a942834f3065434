using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>Staff sends a file to the market's bank and later says what became of each payment; nobody is called.</summary>
internal sealed class ByBank : IPayoutProvider
{
    public const string Name = "bank";

    public string Key => Name;

    public bool IsByHand => true;

    public bool VerifiesItself => false;

    public Account Source => Account.Bank;

    public bool Pays(Currency currency, DestinationDetails to) => true;

    public Task<bool?> Check(DestinationDetails to, CancellationToken stop) => Task.FromResult<bool?>(null);

    public Task<PayoutOutcome> Send(PayoutOrder order, CancellationToken stop) => throw new InvalidOperationException("Staff sends these.");

    public Task<PayoutOutcome> Fetch(PayoutOrder order, CancellationToken stop) => throw new InvalidOperationException("Staff looks at the bank's paper.");
}
