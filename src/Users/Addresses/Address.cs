namespace Marketplace.Users;

/// <summary>An entry of somebody's address book.</summary>
internal sealed class Address
{
    private Address()
    {
    }

    public Guid Id { get; private set; }

    public Guid Account { get; private set; }

    public string Name { get; private set; } = "";

    public string Line1 { get; private set; } = "";

    public string? Line2 { get; private set; }

    public string? Postcode { get; private set; }

    public string City { get; private set; } = "";

    public string? Region { get; private set; }

    public string Country { get; private set; } = "";

    public string? Phone { get; private set; }

    public bool DefaultForDelivery { get; private set; }

    public bool DefaultForBilling { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    public static Address For(Guid id, Guid account, DateTimeOffset now) => new() { Id = id, Account = account, CreatedAt = now, ChangedAt = now };

    /// <summary>What is null stays, what is empty goes.</summary>
    /// <exception cref="Kernel.Refused">422 <c>invalid</c>: something is missing, or the postcode is none of the country.</exception>
    public void Write(AddressForm form, DateTimeOffset now)
    {
        string Kept(string? said, string? was) => said is null ? was ?? "" : Kernel.Words.Line(said);
        string? OrNull(string text) => text.Length == 0 ? null : text;
        (Name, Line1, City, Country) = (Kept(form.Name, Name), Kept(form.Line1, Line1), Kept(form.City, City), Kept(form.Country, Country));
        (Line2, Region, Phone) = (OrNull(Kept(form.Line2, Line2)), OrNull(Kept(form.Region, Region)), OrNull(Kept(form.Phone, Phone)));
        Postcode = OrNull(Postcodes.Plain(Kept(form.Postcode, Postcode)));
        ChangedAt = now;
        AddressRules.MustBeWhole(this);
    }

    public void Prefer(bool? delivery, bool? billing) => (DefaultForDelivery, DefaultForBilling) = (delivery ?? DefaultForDelivery, billing ?? DefaultForBilling);
}
