using System.Text.RegularExpressions;
using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>
/// Card numbers never enter the market: the browser gives them to the provider, and we see its token. What looks like one in a
/// field is refused before anything is stored or logged.
/// </summary>
internal static partial class CardNumber
{
    /// <summary>13 to 19 digits with a right check digit, plain or in the groups that are printed on cards.</summary>
    public static bool IsIn(string? text)
    {
        if (text is null || text.Length < 13) return false;
        return Candidate().Matches(text).Any(match => Checks(match.Value)) || Checks(text.Trim());
    }

    /// <exception cref="Refused">422 <c>card_number_refused</c>.</exception>
    public static void Refuse(params IReadOnlyList<string?> fields)
    {
        if (fields.Any(IsIn)) throw new Refused("card_number_refused", 422, "Do not send card numbers to us. Nothing of it was kept.");
    }

    // Luhn: every second digit from the right is doubled.
    private static bool Checks(string text)
    {
        int sum = 0, digits = 0;
        for (var i = text.Length - 1; i >= 0; i--)
        {
            if (text[i] is ' ' or '-') continue;
            if (!char.IsAsciiDigit(text[i])) return false;
            var digit = (text[i] - '0') << (digits++ % 2);
            sum += digit > 9 ? digit - 9 : digit;
        }

        return digits is >= 13 and <= 19 && sum % 10 == 0 && sum > 0;
    }

    // Groups as on cards only, so that a UUID made of digits is none.
    [GeneratedRegex(@"(?<![\d])\d{13,19}(?![\d])|(?<![\w-])\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{1,7}(?![\w-])|(?<![\w-])\d{4}[ -]\d{6}[ -]\d{4,5}(?![\w-])", RegexOptions.CultureInvariant, 200)]
    private static partial Regex Candidate();
}
