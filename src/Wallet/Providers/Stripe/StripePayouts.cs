using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>
/// Pays into connected accounts by transfers. Stripe forgets an Idempotency-Key after a day; the transfer's group is our id for ever, and
/// is looked for before anything is sent.
/// </summary>
internal sealed class StripePayouts(StripeApi stripe) : IPayoutProvider
{
    public string Key => StripeApi.Name;

    public bool IsByHand => false;

    public bool VerifiesItself => true;

    public Account Source => Account.Clearing(StripeApi.Name);

    // It takes thousandths only in tens.
    public bool Pays(Currency currency, DestinationDetails to) => currency.Exponent < 3;

    public async Task<bool?> Check(DestinationDetails to, CancellationToken stop)
    {
        try
        {
            return (await stripe.Get($"v1/accounts/{to.StripeAccount}", stop)).Text("capabilities", "transfers") switch { "active" => true, "inactive" => false, _ => null };
        }
        catch (ProviderRefusal)
        {
            return false;
        }
    }

    public async Task<PayoutOutcome> Send(PayoutOrder order, CancellationToken stop)
    {
        if (await Fetch(order, stop) is var known and not PayoutOutcome.NotThere) return known;
        try
        {
            return Read(order, await stripe.Post("v1/transfers", $"payout:{order.Payout}", stop,
                ("amount", order.Amount.Minor.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("currency", order.Amount.Currency.Code.ToLowerInvariant()), ("destination", order.To.StripeAccount),
                ("transfer_group", order.Payout.ToString()), ("metadata[payout]", order.Payout.ToString())));
        }
        catch (ProviderRefusal refusal)
        {
            return new PayoutOutcome.Failed(refusal.StableCode);
        }
    }

    public async Task<PayoutOutcome> Fetch(PayoutOrder order, CancellationToken stop)
    {
        var found = (await stripe.Get($"v1/transfers?transfer_group={order.Payout}&limit=2", stop)).Items("data").ToList();
        if (found.Count > 1) throw new InvalidOperationException($"Stripe has two transfers for payout {order.Payout}.");
        return found is [var one] ? Read(order, one) : new PayoutOutcome.NotThere();
    }

    private static PayoutOutcome Read(PayoutOrder order, System.Text.Json.JsonElement transfer)
    {
        if (transfer.Number("amount") != order.Amount.Minor || !string.Equals(transfer.Text("currency"), order.Amount.Currency.Code, StringComparison.OrdinalIgnoreCase))
            throw new InvalidOperationException($"Stripe has another amount for payout {order.Payout}.");
        return transfer.Member("reversed") is { ValueKind: System.Text.Json.JsonValueKind.True } ? new PayoutOutcome.Failed("returned_by_bank") : new PayoutOutcome.Paid(transfer.MustText("id"));
    }
}
