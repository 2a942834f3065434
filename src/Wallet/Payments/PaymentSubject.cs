using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Marketplace.Wallet;

internal sealed class PaymentSubject(WalletDb db, IStringLocalizer<Texts> texts) : ISubject
{
    public string Kind => "payment";

    public async Task<IReadOnlyDictionary<Guid, Subject>> Find(IReadOnlyCollection<Guid> ids, CancellationToken stop = default)
    {
        var found = await db.Charges.AsNoTracking().Where(c => ids.Contains(c.Id)).Select(c => new { c.Id, c.Minor, c.CurrencyCode, c.PayerId }).ToListAsync(stop);
        return found.ToDictionary(c => c.Id, c => new Subject(
            Kind, c.Id, texts["Payment {0}", Money.Of(c.Minor, c.CurrencyCode)], $"/admin/payments/{c.Id}", c.PayerId) { OwnerUrl = $"/wallet/payments/{c.Id}" });
    }
}
