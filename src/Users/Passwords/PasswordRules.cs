using System.Collections.Frozen;
using FluentValidation;
using Marketplace.Kernel;

namespace Marketplace.Users;

/// <summary>Long, and not one that everybody tries first. No rules of composition: they make worse passwords.</summary>
internal static class PasswordRules
{
    public const int Shortest = 12, Longest = 128;

    // One a line, lower case, each at least as long as a password must be; made by rules: walks over the keyboard, words and years, names, repetitions.
    private static readonly Lazy<FrozenSet<string>> Common = new(() =>
    {
        using var file = new StreamReader(typeof(PasswordRules).Assembly.GetManifestResourceStream("common-passwords.txt")!);
        return file.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToFrozenSet(StringComparer.Ordinal);
    });

    public static int CommonCount => Common.Value.Count;

    public static bool IsCommon(string password)
    {
        var lower = password.ToLowerInvariant();
        return Common.Value.Contains(lower) || Common.Value.Contains(lower.Trim().TrimEnd('!', '.', '?', '*', '#')) || lower.Distinct().Count() < 4;
    }

    public static IRuleBuilderOptions<T, string> PasswordForm<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(password => password is { Length: >= Shortest and <= Longest }).WithErrorCode("password_length").WithMessage("A password has 12 to 128 characters.")
            .Must(password => !IsCommon(password)).WithErrorCode("password_common").WithMessage("This password is one of those that are tried first. Take several words that do not belong together.");

    /// <param name="names">The address first.</param>
    /// <exception cref="Refused">422 <c>invalid</c>.</exception>
    public static void MustNotBeTheName(string password, params string[] names)
    {
        var rules = new InlineValidator<string>();
        rules.RuleFor(p => p).PasswordForm().NotTheNameOf(_ => names);
        if (rules.Validate(password).Errors is { Count: > 0 } errors) throw Refused.Invalid(new FieldError("/password", errors[0].ErrorCode, errors[0].ErrorMessage));
    }

    public static IRuleBuilderOptions<T, string> NotTheNameOf<T>(this IRuleBuilderOptions<T, string> rule, Func<T, IEnumerable<string?>> names) =>
        rule.Must((request, password) => !names(request).Where(n => n is not null).Append(names(request).First()?.Split('@')[0]).Any(n => string.Equals(n?.Trim(), password.Trim(), StringComparison.OrdinalIgnoreCase)))
            .WithErrorCode("password_is_name").WithMessage("A password must not be your own name or address.");
}
