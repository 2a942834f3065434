using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>
/// The secret part of a destination, sealed at rest. Which members there are follows from the way: a bank account by IBAN, or elsewhere by
/// its number and the bank's code; an e-mail address; an account at a provider.
/// </summary>
/// <param name="Holder">Whose account it is, as the bank knows them.</param>
/// <param name="BankCode">Routing number, sort code, BSB, SWIFT code …: where there is no IBAN.</param>
/// <param name="Country">ISO 3166, two letters.</param>
/// <param name="Scenario">Of the sandbox: what becomes of payouts there.</param>
internal sealed partial record DestinationDetails(
    string? Holder = null, string? Iban = null, string? Bic = null, string? AccountNumber = null, string? BankCode = null, string? Country = null,
    string? Email = null, string? StripeAccount = null, string? Scenario = null)
{
    public string Mask =>
        Iban is { } iban ? $"{iban[..2]} •••• {iban[^4..]}"
        : AccountNumber is { } number ? $"{Country} •••• {number[^Math.Min(4, number.Length / 2)..]}"
        : Email is { } mail ? $"{mail[..1]}•••{mail[mail.IndexOf('@', StringComparison.Ordinal)..]}"
        : StripeAccount is { } account ? $"acct_•••{account[^4..]}"
        : $"•••• {Scenario}";

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, JsonStyle.Options);

    public static DestinationDetails Of(byte[] bytes) => JsonSerializer.Deserialize<DestinationDetails>(bytes, JsonStyle.Options)!;

    /// <summary>A bank account, by IBAN or by number: tidied and checked.</summary>
    /// <exception cref="Refused">422 <c>invalid</c> with a pointer a field.</exception>
    public static DestinationDetails OfBank(string? holder, string? iban, string? bic, string? number, string? code, string? country)
    {
        var errors = new List<FieldError>();
        var name = holder?.Trim() ?? "";
        if (name.Length is < 2 or > 70 || name.Any(char.IsControl)) errors.Add(new FieldError("/holder", "holder", "Write whose account it is, in 2 to 70 letters."));
        var (tidyIban, tidyBic, tidyNumber, tidyCode, tidyCountry) = (Tidy(iban), Tidy(bic), Tidy(number), Tidy(code), Tidy(country));
        if (tidyBic.Length > 0 && !BicForm().IsMatch(tidyBic)) errors.Add(new FieldError("/bic", "bic", "A BIC has 8 or 11 letters and digits, such as AGRIFRPP."));
        if (tidyIban.Length > 0 || tidyNumber.Length == 0)
        {
            if (tidyNumber.Length > 0) errors.Add(new FieldError("/account_number", "both", "Give an IBAN or an account number, not both."));
            if (!Wallet.Iban.IsValid(tidyIban)) errors.Add(new FieldError("/iban", "iban", "This is not a right IBAN. Compare it with your bank's paper, digit by digit."));
            else if (BicForm().IsMatch(tidyBic) && tidyBic[4..6] != tidyIban[..2] && !Wallet.Iban.Shares(tidyBic[4..6], tidyIban[..2])) errors.Add(new FieldError("/bic", "bic_country", "The BIC is of a bank in another country than the IBAN."));
            if (errors.Count > 0) throw Refused.Invalid([.. errors]);
            return new DestinationDetails(name, tidyIban, tidyBic.Length > 0 ? tidyBic : null, Country: tidyIban[..2]);
        }

        if (!NumberForm().IsMatch(tidyNumber)) errors.Add(new FieldError("/account_number", "account_number", "An account number has 4 to 34 letters and digits."));
        if (!CodeForm().IsMatch(tidyCode)) errors.Add(new FieldError("/bank_code", "bank_code", "Give the code of your bank: routing number, sort code, BSB or SWIFT."));
        if (!CountryForm().IsMatch(tidyCountry)) errors.Add(new FieldError("/country", "country", "Choose the country of your bank."));
        else if (Wallet.Iban.IsUsedIn(tidyCountry)) errors.Add(new FieldError("/iban", "iban_needed", "Banks of this country have IBANs. Give yours."));
        if (errors.Count > 0) throw Refused.Invalid([.. errors]);
        return new DestinationDetails(name, null, tidyBic.Length > 0 ? tidyBic : null, tidyNumber, tidyCode, tidyCountry);
    }

    public static DestinationDetails OfEmail(string? email)
    {
        var plain = email?.Trim() ?? "";
        if (plain.Length > 127 || !EmailForm().IsMatch(plain)) throw Refused.Invalid(new FieldError("/email", "email", "Write the e-mail address of your PayPal account."));
        return new DestinationDetails(Email: plain);
    }

    public static DestinationDetails OfStripe(string? account)
    {
        var plain = account?.Trim() ?? "";
        if (!StripeForm().IsMatch(plain)) throw Refused.Invalid(new FieldError("/stripe_account", "stripe_account", "The id of a connected account begins with acct_."));
        return new DestinationDetails(StripeAccount: plain);
    }

    // Printed in groups, and typed so.
    private static string Tidy(string? text) => text is null ? "" : new string([.. text.Where(c => !char.IsWhiteSpace(c) && c is not ('-' or '.' or '\u00a0')).Select(char.ToUpperInvariant)]);

    [GeneratedRegex("^[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$", RegexOptions.NonBacktracking)]
    private static partial Regex BicForm();

    [GeneratedRegex("^[A-Z0-9]{4,34}$", RegexOptions.NonBacktracking)]
    private static partial Regex NumberForm();

    [GeneratedRegex("^[A-Z0-9]{3,15}$", RegexOptions.NonBacktracking)]
    private static partial Regex CodeForm();

    [GeneratedRegex("^[A-Z]{2}$", RegexOptions.NonBacktracking)]
    private static partial Regex CountryForm();

    [GeneratedRegex(@"^[^@\s\p{C}]{1,64}@[^@\s\p{C}]+\.[^@\s\p{C}.]{2,}$", RegexOptions.NonBacktracking)]
    private static partial Regex EmailForm();

    [GeneratedRegex("^acct_[A-Za-z0-9]{8,40}$", RegexOptions.NonBacktracking)]
    private static partial Regex StripeForm();
}

/// <summary>International bank account numbers (ISO 13616): a country's length, and a check by 97.</summary>
internal static class Iban
{
    private static readonly Dictionary<string, int> Lengths = new(StringComparer.Ordinal)
    {
        ["AD"] = 24, ["AE"] = 23, ["AL"] = 28, ["AT"] = 20, ["AZ"] = 28, ["BA"] = 20, ["BE"] = 16, ["BG"] = 22, ["BH"] = 22, ["BR"] = 29, ["BY"] = 28, ["CH"] = 21, ["CR"] = 22,
        ["CY"] = 28, ["CZ"] = 24, ["DE"] = 22, ["DK"] = 18, ["DO"] = 28, ["EE"] = 20, ["EG"] = 29, ["ES"] = 24, ["FI"] = 18, ["FO"] = 18, ["FR"] = 27, ["GB"] = 22, ["GE"] = 22,
        ["GI"] = 23, ["GL"] = 18, ["GR"] = 27, ["GT"] = 28, ["HR"] = 21, ["HU"] = 28, ["IE"] = 22, ["IL"] = 23, ["IQ"] = 23, ["IS"] = 26, ["IT"] = 27, ["JO"] = 30, ["KW"] = 30,
        ["KZ"] = 20, ["LB"] = 28, ["LC"] = 32, ["LI"] = 21, ["LT"] = 20, ["LU"] = 20, ["LV"] = 21, ["LY"] = 25, ["MC"] = 27, ["MD"] = 24, ["ME"] = 22, ["MK"] = 19, ["MR"] = 27,
        ["MT"] = 31, ["MU"] = 30, ["NL"] = 18, ["NO"] = 15, ["PK"] = 24, ["PL"] = 28, ["PS"] = 29, ["PT"] = 25, ["QA"] = 29, ["RO"] = 24, ["RS"] = 22, ["SA"] = 24, ["SC"] = 31,
        ["SE"] = 24, ["SI"] = 19, ["SK"] = 24, ["SM"] = 27, ["ST"] = 25, ["SV"] = 28, ["TL"] = 23, ["TN"] = 24, ["TR"] = 26, ["UA"] = 29, ["VA"] = 22, ["VG"] = 24, ["XK"] = 20,
    };

    // The single euro payments area: a credit transfer in euro reaches these.
    private static readonly HashSet<string> Sepa = [.. "AD AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MT NL NO PL PT RO SE SI SK SM VA".Split(' ')];

    /// <param name="iban">Tidied: capitals and digits alone.</param>
    public static bool IsValid(string iban)
    {
        if (iban.Length < 5 || !Lengths.TryGetValue(iban[..2], out var length) || iban.Length != length || !char.IsAsciiDigit(iban[2]) || !char.IsAsciiDigit(iban[3])) return false;
        var rest = 0;
        foreach (var c in iban[4..] + iban[..4])
        {
            if (char.IsAsciiDigit(c)) rest = ((rest * 10) + c - '0') % 97;
            else if (char.IsAsciiLetterUpper(c)) rest = ((rest * 100) + c - 'A' + 10) % 97;
            else return false;
        }

        return rest == 1;
    }

    public static bool IsUsedIn(string country) => Lengths.ContainsKey(country);

    public static bool IsSepa(string? iban) => iban is not null && Sepa.Contains(iban[..2]);

    /// <summary>Lands and islands whose banks write another country into one of the two.</summary>
    public static bool Shares(string bic, string iban) => (bic, iban) is ("FR", "MC") or ("MC", "FR") or ("GB", _) or ("GG" or "JE" or "IM", "GB") or ("GP" or "MQ" or "GF" or "RE" or "YT" or "PM" or "BL" or "MF" or "NC" or "PF" or "WF", "FR");
}
