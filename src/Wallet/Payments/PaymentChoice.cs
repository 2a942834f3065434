using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>
/// The choice of how to pay, as fields <c>payment_method</c> and <c>payment_token</c> inside a form of any module:
/// <c>&lt;partial name="/Pages/Wallet/_PaymentMethods.cshtml" model="PaymentChoice.For(wallet, total, available)" /&gt;</c>. The page
/// binds them with <c>[BindProperty(Name = "payment_method")]</c> and <c>[BindProperty(Name = "payment_token")]</c>, passes both to
/// <see cref="CardNumber.Refuse"/>, and hands the token to <see cref="IWallet.Start"/> when the method is not <c>wallet</c>.
/// </summary>
/// <param name="Total">What is to be paid; null when the payer types it.</param>
/// <param name="Available">In the payer's wallet; null offers no payment from the wallet.</param>
public sealed record PaymentChoice(IReadOnlyList<PaymentMethod> Methods, Money? Total, Money? Available)
{
    /// <summary>What was chosen before a refusal.</summary>
    public string? Method { get; init; }

    public string? Token { get; init; }

    /// <summary>True when the wallet holds the total.</summary>
    public bool WalletSuffices => Available is { } has && Total is { } total && has >= total;

    /// <summary>The method that is marked to begin with: the one chosen before, else the wallet when it suffices, else the first other.</summary>
    public string? Marked => Methods.Any(m => m.Key == Method) ? Method
        : WalletSuffices ? Till.FromWallet
        : Methods.FirstOrDefault(m => m.Key != Till.FromWallet)?.Key ?? Methods.FirstOrDefault()?.Key;

    public static PaymentChoice For(IWallet wallet, Money? total, Money? available) =>
        new(wallet.Methods.Where(m => m.Key != Till.FromWallet || available is not null).ToList(), total, available);
}
