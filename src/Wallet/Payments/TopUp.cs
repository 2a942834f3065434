using FluentValidation;
using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>Money from a card into one's own wallet: written down, asked of the provider, applied.</summary>
internal static class TopUp
{
    /// <param name="PaymentToken">What the provider gave the browser for the card, or the token of a saved way to pay.</param>
    /// <param name="SavePaymentMethod">Keep it for the next payments, once the money is taken.</param>
    public sealed record Request(Money Amount, string PaymentMethod, string? PaymentToken = null, bool SavePaymentMethod = false);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Amount).Must(a => Currencies.Payable(a.Currency)).WithErrorCode("currency").WithMessage("This currency cannot be paid with.");
            RuleFor(r => r.Amount).Must(a => a.Minor >= Least(a.Currency) && a.Minor <= Most(a.Currency)).WithErrorCode("out_of_range")
                .WithMessage(r => $"Between {new Money(Least(r.Amount.Currency), r.Amount.Currency)} and {new Money(Most(r.Amount.Currency), r.Amount.Currency)}.");
            RuleFor(r => r.PaymentMethod).NotEmpty().MaximumLength(40).Matches("^[ -~]*$").WithMessage("Choose how to pay.");
            RuleFor(r => r.PaymentToken).MaximumLength(200).Matches("^[ -~]*$").WithMessage("Choose a card.");
        }
    }

    /// <summary>1.00; 100 where there are no decimals.</summary>
    public static long Least(Currency currency) => currency.Exponent == 3 ? 1_000 : 100;

    /// <summary>10,000.00; 1,000,000 where there are no decimals.</summary>
    public static long Most(Currency currency) => Least(currency) * 10_000;

    public static async Task<Once<Payment>> Handle(Request request, Caller caller, IdempotencyKey? key, IWallet wallet, Writes writes)
    {
        var started = await writes.Once(key, () => wallet.Start(new NewPayment(
            Charge.ForTopUp, caller.Account, caller.Account, request.Amount, request.PaymentMethod, request.PaymentToken, "/wallet/payments/{payment}") { SaveMethod = request.SavePaymentMethod }));
        return new Once<Payment>(await wallet.Submit(started.Value), started.Replayed);
    }
}
