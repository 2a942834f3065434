using FluentValidation;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>What has an address of its own that may move.</summary>
internal enum Addressed
{
    Shop,
    Product,
    Page,
}

/// <summary>
/// Addresses that moved. Each names what it led to, not the next address, so that any number of moves is one hop. For 90 days nobody
/// else may take one; its owner may take it back.
/// </summary>
internal static class OldAddresses
{
    public static readonly TimeSpan Reserved = TimeSpan.FromDays(90);

    /// <summary>How many somebody may keep from others at once.</summary>
    public const int Most = 5;

    /// <summary>Where what was at the address is now; null when it is nowhere that all may see. One query.</summary>
    public static Task<string?> Now(Addressed kind, string slug, NpgsqlDataSource source, CancellationToken stop) => source.Command(
        kind switch
        {
            Addressed.Shop => "SELECT s.slug FROM catalog.old_addresses o JOIN catalog.shops s ON s.id = o.id WHERE o.kind = $1 AND o.slug = $2 AND NOT s.withheld",
            Addressed.Product => "SELECT p.slug FROM catalog.old_addresses o JOIN catalog.products p ON p.id = o.id WHERE o.kind = $1 AND o.slug = $2 AND p.state = 'active'",
            _ => "SELECT p.slug FROM catalog.old_addresses o JOIN catalog.pages p ON p.id = o.id WHERE o.kind = $1 AND o.slug = $2 AND p.live_version IS NOT NULL",
        }, kind.ToText(), slug).Scalar<string>(stop);

    /// <summary>From here on the address is this one's: what it was before is forgotten. Waits for whoever moves to or from it just now.</summary>
    /// <returns>False: it was another's, less than 90 days ago.</returns>
    public static async Task<bool> Take(Addressed kind, string slug, Guid id, UnitOfWork work, DateTimeOffset now)
    {
        await Lock(kind, slug, work);
        if (await work.Command("SELECT EXISTS (SELECT FROM catalog.old_addresses WHERE kind = $1 AND slug = $2 AND id <> $3 AND until > $4)", kind.ToText(), slug, id, now).Scalar<bool>()) return false;
        await work.Command("DELETE FROM catalog.old_addresses WHERE kind = $1 AND slug = $2", kind.ToText(), slug).Execute();
        return true;
    }

    /// <summary>Moves: the old address leads on, the new one is taken.</summary>
    /// <exception cref="Refused">409 <c>address_reserved</c>, <c>address_limit</c>.</exception>
    public static async Task Move(Addressed kind, Guid id, string from, string to, UnitOfWork work, DateTimeOffset now)
    {
        foreach (var slug in new[] { from, to }.Order(StringComparer.Ordinal)) await Lock(kind, slug, work);
        if (!await Take(kind, to, id, work, now)) throw new Refused("address_reserved", 409, "This address was another's until lately, and links still lead there. Choose a different one.");
        if (await work.Command("SELECT count(*) FROM catalog.old_addresses WHERE kind = $1 AND id = $2 AND until > $3", kind.ToText(), id, now).Scalar<long>() >= Most)
            throw new Refused("address_limit", 409, "You have moved often lately. Take an old address back, or wait until one of them is free.");
        await work.Command(
            "INSERT INTO catalog.old_addresses (kind, slug, id, until) VALUES ($1, $2, $3, $4) ON CONFLICT ON CONSTRAINT old_addresses_one DO UPDATE SET id = excluded.id, until = excluded.until",
            kind.ToText(), from, id, now + Reserved).Execute();
    }

    /// <summary>An address as it may be typed.</summary>
    public static IRuleBuilderOptions<T, string> AddressForm<T>(this IRuleBuilder<T, string> rule, int most = 60) =>
        rule.Must(slug => slug is { Length: >= 2 } && slug.Length <= most && Slugs.From(slug, most) == slug).WithErrorCode("address").WithMessage("An address has small letters, digits and single hyphens, 2 to 60 of them.");

    // Held to the end of the transaction; taken in one order by whoever needs two.
    private static Task Lock(Addressed kind, string slug, UnitOfWork work) =>
        work.Command("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", $"catalog.address/{kind.ToText()}/{slug}").Execute();
}
