using System.Text.RegularExpressions;
using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>
/// Card numbers never enter the market: the browser gives them to the provider, and we see its token. What looks like one in a
/// field is refused before anything is stored or logged.
/// </summary>
internal static partial class CardNumber
{
    // Digits inside a long word of hexadecimal letters are a hash or a token's, not a card's.
    private const int HashLength = 24;

    /// <summary>14 to 19 digits as the schemes issue them, with a right check digit, plain or in the groups that are printed on cards.</summary>
    public static bool IsIn(string? text) => text is { Length: >= 14 } && Candidate().Matches(text.Replace('\u00a0', ' ')) is { Count: > 0 } found && found.Any(match => IsCard(text, match));

    /// <summary>Whether a field of this name is one for a card's number or its security code, whatever stands in it.</summary>
    public static bool IsFieldFor(string name, string? value)
    {
        if (string.IsNullOrWhiteSpace(value)) return false;
        var word = new string(name[(name.LastIndexOf('.') + 1)..].Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant).ToArray());
        return word is "cvv" or "cvc" or "cvv2" or "cvc2" or "csc" or "cccsc" or "cardcvc" or "cardcvv" or "cardcode" or "cardsecuritycode" or "cardverificationvalue" or "securitycode"
            ? value.Trim() is { Length: 3 or 4 } code && code.All(char.IsAsciiDigit)
            : word is "cardnumber" or "ccnumber" or "pan" && value.Count(char.IsAsciiDigit) >= 12;
    }

    /// <exception cref="Refused">422 <c>card_number_refused</c>.</exception>
    public static void Refuse(params IReadOnlyList<string?> fields)
    {
        if (fields.Any(IsIn)) throw Refusal();
    }

    public static Refused Refusal() => new("card_number_refused", 422, "Do not send card numbers to us. Nothing of it was kept.");

    /// <summary>For what must be logged although somebody may have written a number into it: four digits of it stay.</summary>
    public static string Mask(string text) => text.Length < 14 ? text : Candidate().Replace(text.Replace('\u00a0', ' '), match => IsCard(text, match) ? $"…{match.Value[^4..]}" : match.Value);

    private static bool IsCard(string text, Match match)
    {
        var digits = new string(match.Value.Where(char.IsAsciiDigit).ToArray());
        return IsIssued(digits) && Checks(digits) && !IsInHash(text, match);
    }

    // Prefixes and lengths of the schemes. What is shorter or begins otherwise is a telephone number, a time, or a code on a box.
    private static bool IsIssued(string digits) => (digits[0], digits.Length) switch
    {
        ('4', 16 or 19) => true,
        ('5', 16) => digits[1] is >= '0' and <= '8',
        ('2', 16) => int.Parse(digits.AsSpan(0, 4), null) is >= 2200 and <= 2720,
        ('3', 15) => digits[1] is '4' or '7',
        ('3', 14) => digits[1] is '0' or '6' or '8' or '9',
        ('3', 16) => digits[1] is '0' or '5' or '6' or '8' or '9',
        ('6', >= 16) => true,
        _ => false,
    };

    // Luhn: every second digit from the right is doubled.
    private static bool Checks(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = (digits[^(i + 1)] - '0') << (i % 2);
            sum += digit > 9 ? digit - 9 : digit;
        }

        return sum % 10 == 0;
    }

    private static bool IsInHash(string text, Match match)
    {
        var (from, to) = (match.Index, match.Index + match.Length);
        while (from > 0 && char.IsAsciiHexDigit(text[from - 1])) from--;
        while (to < text.Length && char.IsAsciiHexDigit(text[to])) to++;
        return to - from >= HashLength;
    }

    // Each way ends after 22 signs at most, so that the whole is linear and needs no limit of time. There was one: a request whose thread had to wait for a processor failed by it.
    // Groups as on cards only, so that a UUID made of digits is none; after a plus comes a telephone number, after a point the fraction of a position on earth.
    [GeneratedRegex(@"(?<![0-9+]|[0-9]\.)[0-9]{14,19}(?![0-9])|(?<![\w+-])[0-9]{4}[ -][0-9]{4}[ -][0-9]{4}[ -][0-9]{2,7}(?![\w-])|(?<![\w+-])[0-9]{4}[ -][0-9]{6}[ -][0-9]{4,5}(?![\w-])", RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex Candidate();
}
