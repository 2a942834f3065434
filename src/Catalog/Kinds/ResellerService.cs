using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>The facts of a reseller service as columns, for programs that order by quantity; written whenever its product's facts are.</summary>
internal static class ResellerService
{
    public static async Task Keep(Product product, UnitOfWork work)
    {
        var details = product.Details;
        if (DecimalFact.Of(details, ResellerKind.Rate) is not { } rate || Number(details, ResellerKind.Least) is not { } least || Number(details, ResellerKind.Most) is not { } most)
        {
            await work.Command("DELETE FROM catalog.reseller_services WHERE product_id = $1", product.Id).Execute();
            return;
        }

        await work.Command(
            """
            INSERT INTO catalog.reseller_services (product_id, rate, least, most, refill, cancel, average_minutes) VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (product_id) DO UPDATE SET rate = excluded.rate, least = excluded.least, most = excluded.most, refill = excluded.refill, cancel = excluded.cancel, average_minutes = excluded.average_minutes
            """,
            product.Id, rate, least, most, FlagFact.IsSet(details, "refill"), FlagFact.IsSet(details, "cancel"), Number(details, "average_minutes")).Execute();
    }

    private static int? Number(JsonElement details, string name) => details.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;
}
