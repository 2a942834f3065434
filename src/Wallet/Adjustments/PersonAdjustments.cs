using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Wallet;

/// <summary>What was paid out to a person and corrected for them, for finance that looks at the person.</summary>
internal sealed record PersonAdjustments(Guid Person, IReadOnlyList<DestinationView> Destinations, IReadOnlyList<Money> Paid, IReadOnlyList<AdjustmentView> Recent, bool MayWriteOff)
{
    public static async Task<object?> Load(HttpContext http, object? model)
    {
        if (model is not Guid person || Caller.From(http.User) is not { } caller || !caller.Has(Rights.Finance)) return null;
        var (db, work) = (http.RequestServices.GetRequiredService<WalletDb>(), http.RequestServices.GetRequiredService<UnitOfWork>());
        var paid = await work.Read(() => db.Payouts.AsNoTracking().Where(p => p.Account == person && p.State == PayoutState.Paid).GroupBy(p => p.CurrencyCode).Select(g => new { Code = g.Key, Sum = g.Sum(p => p.Minor) }).ToListAsync(http.RequestAborted));
        var destinations = await Wallet.Destinations.Own(Caller.For(person), work, db, http.RequestAborted);
        var recent = await db.Adjustments.AsNoTracking().Where(a => a.Account == person).OrderByDescending(a => a.ProposedAt).Take(5).ToListAsync(http.RequestAborted);
        return new PersonAdjustments(person, destinations, paid.ConvertAll(p => Money.Of(p.Sum, p.Code)), recent.ConvertAll(AdjustmentView.Of), caller.Has(Rights.Owner));
    }
}
