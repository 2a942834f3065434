using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>What a suspended or banned person sells vanishes, and comes back as it was. The shop first: whoever puts something on sale just now waits for it or is seen.</summary>
internal static class WithholdShop
{
    public static async Task Handle(Guid owner, bool withheld, UnitOfWork work)
    {
        if (await work.Command("UPDATE catalog.shops SET withheld = $2 WHERE owner_id = $1", owner, withheld).Execute() == 0) return;
        await work.Command(
            "UPDATE catalog.products p SET state = $3 FROM catalog.shops s WHERE s.id = p.shop_id AND s.owner_id = $1 AND p.state = $2",
            owner, withheld ? "active" : "withheld", withheld ? "withheld" : "active").Execute();
    }
}

internal sealed class OnPersonSuspended(UnitOfWork work) : IReaction<PersonSuspended>
{
    public Task Handle(PersonSuspended happened, CancellationToken stop) => WithholdShop.Handle(happened.Account, true, work);
}

internal sealed class OnPersonBanned(UnitOfWork work) : IReaction<PersonBanned>
{
    public Task Handle(PersonBanned happened, CancellationToken stop) => WithholdShop.Handle(happened.Account, true, work);
}

internal sealed class OnPersonReinstated(UnitOfWork work) : IReaction<PersonReinstated>
{
    public Task Handle(PersonReinstated happened, CancellationToken stop) => WithholdShop.Handle(happened.Account, false, work);
}

/// <summary>The shop of a person, for staff who look at the person.</summary>
internal sealed record PersonShop(string Slug, string Name, bool Trusted, bool Withheld, int OnSale, long CompletedSales)
{
    public static async Task<object?> Load(HttpContext http, object? model) => model is not Guid owner ? null : (await http.RequestServices.GetRequiredService<NpgsqlDataSource>().Command(
        """
        SELECT s.slug, s.name, s.trusted, s.withheld, (SELECT count(*)::int FROM catalog.products p WHERE p.shop_id = s.id AND p.state IN ('active', 'withheld')), s.completed_sales
        FROM catalog.shops s WHERE s.owner_id = $1
        """, owner).List(r => new PersonShop(r.GetString(0), r.GetString(1), r.GetBoolean(2), r.GetBoolean(3), r.GetInt32(4), r.GetInt64(5)), http.RequestAborted)).FirstOrDefault();
}
