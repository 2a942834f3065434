using System.Globalization;
using System.Text.RegularExpressions;
using FluentValidation;

namespace Marketplace.Users;

/// <summary>What an address, a name and a username look like; the sentences are keys of <see cref="Texts"/>.</summary>
internal static partial class AccountRules
{
    public static IRuleBuilderOptions<T, string> EmailAddressForm<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(email => email is { Length: <= 254 } && Email().IsMatch(email.Trim()) && !email.Any(char.IsControl))
            .WithErrorCode("email").WithMessage("Give an e-mail address like ana@example.com.");

    public static IRuleBuilderOptions<T, string?> DisplayNameForm<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(name => name is not null && name.Trim().Length is >= 1 and <= 60 && name.Length <= 80 && !name.Any(Unprintable))
            .WithErrorCode("display_name").WithMessage("A name has 1 to 60 characters.");

    public static IRuleBuilderOptions<T, string?> UsernameForm<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(name => name is not null && Username().IsMatch(name)).WithErrorCode("username").WithMessage("A username has 3 to 30 characters: a–z, 0–9, - and _, and begins and ends with a letter or digit.")
            .Must(name => name is null || !Usernames.IsReserved(name)).WithErrorCode("username_reserved").WithMessage("This username is reserved.");

    // Line breaks and what turns the direction of text would let a name dress up as something else.
    private static bool Unprintable(char c) =>
        char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator || c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u200e' or '\u200f';

    [GeneratedRegex("""^[^\s@"<>(),:;\\\[\]]{1,64}@[^\s@"<>(),:;\\\[\]]+\.[^\s@"<>(),:;\\\[\].]{2,}$""", RegexOptions.NonBacktracking)]
    private static partial Regex Email();

    [GeneratedRegex(@"^[a-z0-9][a-z0-9_-]{1,28}[a-z0-9]\z", RegexOptions.NonBacktracking)]
    private static partial Regex Username();
}
