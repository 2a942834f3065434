using System.Text.RegularExpressions;
using Marketplace.Kernel;
using Marketplace.Users;
using Npgsql;

namespace Marketplace.Orders;

/// <summary>Who pays, as it stands on their invoice. A person's: it is erased with them.</summary>
/// <param name="Company">Whose name goes before theirs.</param>
/// <param name="VatId">As it was given: with the two letters of its country.</param>
internal sealed record Billing(PostalAddress? Address, string? Company, string? VatId);

internal static partial class VatIds
{
    /// <summary>Without what people write between its signs; null when nothing is written.</summary>
    public static string? Plain(string? typed) => string.IsNullOrWhiteSpace(typed) ? null : Spaces().Replace(typed, "").ToUpperInvariant();

    /// <summary>It could be one. Whether it is, only its country knows.</summary>
    public static bool IsPossible(string? typed) => Plain(typed) is not { } plain || Number().IsMatch(plain);

    /// <summary>Greece writes its numbers with letters of its own.</summary>
    public static string Country(string plain) => plain.StartsWith("EL", StringComparison.Ordinal) ? "GR" : plain[..2];

    [GeneratedRegex("^[A-Z]{2}[0-9A-Z+*]{2,13}$", RegexOptions.NonBacktracking)]
    private static partial Regex Number();

    [GeneratedRegex(@"[\s.\-]", RegexOptions.NonBacktracking)]
    private static partial Regex Spaces();
}

/// <summary>Finds out where a buyer is, and what that means for the tax.</summary>
internal sealed class ReadBilling(IUsers users, Fulfilments fulfilments, TaxTerms terms, NpgsqlDataSource source, UnitOfWork work, TimeProvider clock)
{
    /// <summary>The parcel's country goes before the one that was chosen, and that before the address book's.</summary>
    /// <param name="to">Where parcels go, checked.</param>
    /// <exception cref="Refused">422 <c>invalid</c> (<c>/country</c>, <c>/vat_id</c> of another country).</exception>
    public async Task<(TaxOf Tax, Billing Billing)> Handle(PlaceOrder.Request said, PostalAddress? to, Guid buyer)
    {
        var chosen = string.IsNullOrEmpty(said.Country) ? null : said.Country;
        if (chosen is not null && users.Countries.All(c => c.Code != chosen)) throw Refused.Invalid(new FieldError("/country", "country", "Choose a country."));
        var address = to ?? await users.UsualAddress(buyer);
        var vat = VatIds.Plain(said.VatId);
        var country = to?.Country ?? chosen ?? (vat is null ? address?.Country : VatIds.Country(vat));
        if (vat is not null && VatIds.Country(vat) != country)
            throw Refused.Invalid(new FieldError("/vat_id", "vat_id", "This VAT number is of another country."));
        return (await Tax(country, vat is not null), new Billing(address?.Country == country ? address : null, string.IsNullOrWhiteSpace(said.Company) ? null : said.Company.Trim(), vat));
    }

    /// <summary>Of an order that is placed now.</summary>
    public async Task<TaxOf> Tax(string? country, bool business) => new(
        country, business, terms.Country,
        country is null ? TaxOf.Nobody.Rates : await TaxRate.On(DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), country, source, work), [.. fulfilments.Sent, Sending.Kind], terms.Collector);
}
