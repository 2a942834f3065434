using Marketplace.Kernel;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Wallet;

/// <summary>What the operator has configured for payouts.</summary>
internal sealed class PayoutTerms(IConfiguration configuration)
{
    private readonly IConfigurationSection section = configuration.GetSection("Wallet:Payouts");

    /// <summary>How long a new destination waits before its first use.</summary>
    public TimeSpan DestinationWait { get; } = TimeSpan.FromHours(configuration.GetValue("Wallet:Payouts:DestinationWaitHours", 48));

    /// <summary>Of money from sales, in basis points.</summary>
    public int SalesFeeRate { get; } = configuration.GetValue("Wallet:Payouts:SalesFeeRate", 0);

    /// <summary>Of money from affiliation, in basis points.</summary>
    public int AffiliateFeeRate { get; } = configuration.GetValue("Wallet:Payouts:AffiliateFeeRate", 300);

    /// <summary>Whose account files for the bank draw on; all three or none.</summary>
    public (string Name, string Iban, string Bic)? Debtor { get; } = DebtorOf(configuration.GetSection("Wallet:Payouts:Debtor"));

    /// <summary>The least that is paid out: 50.00, and what is about as much where there are no cents or thousandths.</summary>
    public Money Minimum(Currency currency) => new(section.GetValue($"Minimum:{currency.Code}", currency.Exponent switch { 0 => 5_000L, 3 => 15_000L, _ => 5_000L }), currency);

    /// <summary>Above this two people approve, while four eyes are switched on.</summary>
    public Money FourEyesAbove(Currency currency) => new(section.GetValue($"FourEyesAbove:{currency.Code}", currency.Exponent switch { 0 => 150_000L, 3 => 300_000L, _ => 100_000L }), currency);

    /// <summary>
    /// What the market keeps of a payout: the only place where it is computed. Money of sales goes out for nothing by default. Money that
    /// came from affiliation costs <see cref="AffiliateFeeRate"/> and is spent first in, first out; no affiliate earns anything here yet,
    /// so that part of an amount is always 0.
    /// </summary>
    public Money Fee(Money amount, Money fromAffiliation) => (amount - fromAffiliation).AtRate(SalesFeeRate) + fromAffiliation.AtRate(AffiliateFeeRate);

    private static (string, string, string)? DebtorOf(IConfigurationSection debtor)
    {
        if (debtor["Iban"] is not { Length: > 0 } iban) return null;
        iban = iban.Replace(" ", "", StringComparison.Ordinal);
        return Iban.IsValid(iban) && debtor["Name"] is { Length: > 1 } name && debtor["Bic"] is { Length: 8 or 11 } bic
            ? (name, iban, bic)
            : throw new InvalidOperationException("Wallet:Payouts:Debtor needs a Name, a right Iban and a Bic.");
    }
}
