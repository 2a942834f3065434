using System.Text.RegularExpressions;
using FluentValidation;
using Marketplace.Kernel;

namespace Marketplace.Users;

/// <summary>An address as it is sent: for a new one all that letters need, for a change what changes; empty takes away.</summary>
/// <param name="Country">Two letters.</param>
internal sealed record AddressForm(
    string? Name = null, string? Line1 = null, string? Line2 = null, string? Postcode = null, string? City = null, string? Region = null, string? Country = null, string? Phone = null,
    bool? DefaultForDelivery = null, bool? DefaultForBilling = null);

internal static partial class AddressRules
{
    public sealed class Validator : AbstractValidator<AddressForm>
    {
        public Validator()
        {
            RuleFor(a => a.Name).MaximumLength(80).Sound();
            RuleFor(a => a.Line1).MaximumLength(120).Sound();
            RuleFor(a => a.Line2).MaximumLength(120).Sound();
            RuleFor(a => a.City).MaximumLength(80).Sound();
            RuleFor(a => a.Region).MaximumLength(80).Sound();
            RuleFor(a => a.Postcode).MaximumLength(20).Sound();
            RuleFor(a => a.Country).Must(Countries.Exists).WithErrorCode("country").WithMessage("Choose a country.").When(a => !string.IsNullOrEmpty(a.Country));
            RuleFor(a => a.Phone).Must(p => Phone().IsMatch(Words.Line(p!))).WithErrorCode("phone").WithMessage("A phone number has digits, spaces and perhaps a + in front.").When(a => !string.IsNullOrWhiteSpace(a.Phone));
        }
    }

    /// <summary>An address outside the book (of an order), by the book's rules.</summary>
    /// <exception cref="Refused">422 <c>invalid</c>.</exception>
    public static PostalAddress Check(PostalAddress written, TimeProvider clock)
    {
        var form = new AddressForm(written.Name, written.Line1, written.Line2, written.Postcode, written.City, written.Region, written.Country, written.Phone);
        new Validator().MustAccept(form);
        var address = Address.For(Guid.Empty, Guid.Empty, clock.GetUtcNow());
        address.Write(form, clock.GetUtcNow());
        return new PostalAddress(address.Name, address.Line1, address.Line2, address.Postcode, address.City, address.Region, address.Country, address.Phone);
    }

    /// <exception cref="Refused">422 <c>invalid</c>.</exception>
    public static void MustBeWhole(Address address)
    {
        var errors = new List<FieldError>();
        if (address.Name.Length == 0) errors.Add(new FieldError("/name", "not_empty", "Say who receives it."));
        if (address.Line1.Length == 0) errors.Add(new FieldError("/line1", "not_empty", "Give street and number."));
        if (address.City.Length == 0) errors.Add(new FieldError("/city", "not_empty", "Give the city."));
        if (!Countries.Exists(address.Country)) errors.Add(new FieldError("/country", "country", "Choose a country."));
        else if (!Postcodes.Fits(address.Country, address.Postcode)) errors.Add(new FieldError("/postcode", "postcode", "This is no postcode of this country."));
        if (errors.Count > 0) throw Refused.Invalid([.. errors]);
    }

    [GeneratedRegex(@"\A\+?[0-9][0-9 ().-]{4,24}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Phone();
}

/// <summary>Postcodes as countries write them: enough to notice a typing error, not to know every street.</summary>
internal static class Postcodes
{
    // 9 a digit, A a letter, ? one that may be missing with all after it.
    private static readonly Dictionary<string, string> Forms = new(StringComparer.Ordinal)
    {
        ["AT"] = "9999", ["AU"] = "9999", ["BE"] = "9999", ["BR"] = "99999-999", ["CA"] = "A9A 9A9", ["CH"] = "9999", ["CN"] = "999999", ["CZ"] = "999 99", ["DE"] = "99999", ["DK"] = "9999",
        ["EE"] = "99999", ["ES"] = "99999", ["FI"] = "99999", ["FR"] = "99999", ["GP"] = "99999", ["GR"] = "999 99", ["HR"] = "99999", ["HU"] = "9999", ["IL"] = "9999999", ["IN"] = "999999",
        ["IT"] = "99999", ["JP"] = "999-9999", ["KR"] = "99999", ["LT"] = "99999", ["LU"] = "9999", ["LV"] = "9999", ["MC"] = "99999", ["MQ"] = "99999", ["MX"] = "99999", ["NL"] = "9999 AA", ["NO"] = "9999",
        ["NZ"] = "9999", ["PL"] = "99-999", ["PT"] = "9999-999", ["RE"] = "99999", ["RO"] = "999999", ["RS"] = "99999", ["SE"] = "999 99", ["SG"] = "999999", ["SI"] = "9999", ["SK"] = "999 99",
        ["TR"] = "99999", ["UA"] = "99999", ["US"] = "99999?-9999", ["ZA"] = "9999",
    };

    /// <summary>In capitals, with single spaces.</summary>
    public static string Plain(string postcode) => Words.Line(postcode).ToUpperInvariant();

    /// <summary>What one looks like there, to show beside the field; null when it is not known here.</summary>
    public static string? Example(string country) => Forms.TryGetValue(country, out var form) ? form.Replace("?", "", StringComparison.Ordinal) : null;

    /// <summary>Spaces and hyphens are the writer's own business. Where the form is not known here, none is fine, too.</summary>
    public static bool Fits(string country, string? postcode)
    {
        if (country == "GB") return postcode is not null && Regex.IsMatch(Bare(postcode), @"\A[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}\z", RegexOptions.None, TimeSpan.FromMilliseconds(100));
        if (!Forms.TryGetValue(country, out var form)) return postcode is null || postcode is { Length: <= 12 } && postcode.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c is ' ' or '-') && char.IsAsciiLetterOrDigit(postcode[0]);
        if (postcode is null) return false;
        var bare = Bare(postcode);
        return form.Split('?') is var parts && (IsLike(bare, Bare(parts[0])) || (parts.Length > 1 && IsLike(bare, Bare(string.Concat(parts)))));
    }

    private static string Bare(string postcode) => postcode.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);

    private static bool IsLike(string bare, string form) => bare.Length == form.Length && bare.Zip(form).All(p => p.Second == '9' ? char.IsAsciiDigit(p.First) : char.IsAsciiLetterUpper(p.First));
}
