using System.Globalization;
using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>
/// Pays to PayPal accounts by the Payouts API, a batch of one each. The batch carries our id, which PayPal takes once in 30 days; what was
/// asked longer ago and never answered is not sent again by itself.
/// </summary>
internal sealed class PayPalPayouts(PayPalApi paypal, TimeProvider clock) : IPayoutProvider
{
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(25);

    public string Key => PayPalApi.Name;

    public bool IsByHand => false;

    public bool VerifiesItself => false;

    public Account Source => Account.Clearing(PayPalApi.Name);

    public bool Pays(Currency currency, DestinationDetails to) => currency.Exponent < 3;

    public Task<bool?> Check(DestinationDetails to, CancellationToken stop) => Task.FromResult<bool?>(null);

    public async Task<PayoutOutcome> Send(PayoutOrder order, CancellationToken stop)
    {
        if (order.Reference is not null) return await Fetch(order, stop);
        try
        {
            var made = await paypal.Post("v1/payments/payouts", order.Payout.ToString(), new
            {
                sender_batch_header = new { sender_batch_id = order.Payout.ToString(), email_subject = "You have a payout" },
                items = new[]
                {
                    new { recipient_type = "EMAIL", amount = new { value = Major(order.Amount), currency = order.Amount.Currency.Code }, receiver = order.To.Email, sender_item_id = order.Payout.ToString() },
                },
            }, stop);
            return new PayoutOutcome.Sent(made.MustText("batch_header", "payout_batch_id"));
        }
        catch (ProviderRefusal refusal)
        {
            // Our id is known there: the money is on its way, and only this answer was refused.
            return refusal.Reason?.Contains("sender_batch_id", StringComparison.OrdinalIgnoreCase) == true ? new PayoutOutcome.Unknown() : new PayoutOutcome.Failed(refusal.StableCode);
        }
    }

    public async Task<PayoutOutcome> Fetch(PayoutOrder order, CancellationToken stop)
    {
        if (order.Reference is not { } batch) return clock.GetUtcNow() - order.ApprovedAt < Remembered ? new PayoutOutcome.NotThere() : new PayoutOutcome.Unknown();
        var known = await paypal.Get($"v1/payments/payouts/{batch}", stop);
        var item = known.Items("items").Select(i => (JsonElement?)i).FirstOrDefault();
        if (item?.Text("payout_item", "amount", "value") is { } value && (value != Major(order.Amount) || item.Value.Text("payout_item", "amount", "currency") != order.Amount.Currency.Code))
            throw new InvalidOperationException($"PayPal has another amount for payout {order.Payout}.");
        return (known.Text("batch_header", "batch_status"), item?.Text("transaction_status")) switch
        {
            (_, "SUCCESS") => new PayoutOutcome.Paid(batch),
            (_, "FAILED" or "BLOCKED") => new PayoutOutcome.Failed("destination_refused"),
            (_, "RETURNED" or "REFUNDED" or "REVERSED") => new PayoutOutcome.Failed("returned_by_bank"),
            ("DENIED" or "CANCELED", _) => new PayoutOutcome.Failed("destination_refused"),
            _ => new PayoutOutcome.Sent(batch),
        };
    }

    private static string Major(Money money) => money.Major.ToString($"F{money.Currency.Exponent}", CultureInfo.InvariantCulture);
}
