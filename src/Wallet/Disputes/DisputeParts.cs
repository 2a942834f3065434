using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>Who gave what of a dispute, and from where.</summary>
internal static class DisputeParts
{
    public sealed record Part(Guid Item, Guid Owner, long Amount, long Tax, string? TaxPlace, long Commission, long Coupon, Guid? Hold, SellerPays Paid);

    public static Task Add(UnitOfWork work, Guid dispute, IReadOnlyList<Part> parts) => work.Command(
        """
        INSERT INTO wallet.dispute_parts (dispute_id, item_id, owner_id, amount, tax, tax_place, commission, coupon, hold_id, from_hold, from_available, as_debt)
        SELECT $1, p.* FROM unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::text[], $7::bigint[], $8::bigint[], $9::uuid[], $10::bigint[], $11::bigint[], $12::bigint[]) p
        """,
        dispute, parts.Select(p => p.Item).ToArray(), parts.Select(p => p.Owner).ToArray(), parts.Select(p => p.Amount).ToArray(), parts.Select(p => p.Tax).ToArray(),
        parts.Select(p => p.TaxPlace).ToArray(), parts.Select(p => p.Commission).ToArray(), parts.Select(p => p.Coupon).ToArray(), parts.Select(p => p.Hold).ToArray(), parts.Select(p => p.Paid.Held).ToArray(),
        parts.Select(p => p.Paid.Available).ToArray(), parts.Select(p => p.Paid.Debt).ToArray()).Execute();

    public static Task<List<Part>> Of(UnitOfWork work, Guid dispute) => Read(work.Command(Select, dispute), default);

    public static Task<List<Part>> Of(NpgsqlDataSource source, Guid dispute, CancellationToken stop) => Read(source.Command(Select, dispute), stop);

    private const string Select =
        "SELECT item_id, owner_id, amount, tax, tax_place, commission, coupon, hold_id, from_hold, from_available, as_debt FROM wallet.dispute_parts WHERE dispute_id = $1 ORDER BY item_id";

    private static Task<List<Part>> Read(NpgsqlCommand command, CancellationToken stop) => command.List(r => new Part(r.GetGuid(0), r.GetGuid(1), r.GetInt64(2), r.GetInt64(3), r.IsDBNull(4) ? null : r.GetString(4), r.GetInt64(5), r.GetInt64(6), r.IsDBNull(7) ? null : r.GetGuid(7),
            new SellerPays(r.GetInt64(8), r.GetInt64(9), r.GetInt64(10))), stop);
}
