using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Wallet;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages.Sell;

/// <summary>One boost: what it brought, and the button that ends it.</summary>
[Authorize("can:can_boost")]
internal sealed class BoostPage(Caller caller, CatalogDb db, UnitOfWork work, NpgsqlDataSource source, IWallet wallet, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    public BoostDetail Detail { get; private set; } = null!;

    /// <summary>What would come back now.</summary>
    public Money Back { get; private set; }

    public override async Task Load()
    {
        Detail = await ListBoosts.One(Id, caller.Account, source, HttpContext.RequestAborted);
        var boost = await db.Boosts.AsNoTracking().SingleAsync(b => b.Id == Id, HttpContext.RequestAborted);
        Back = boost.Paid with { Minor = boost.Total - Money.Portion(boost.Total, boost.Used(clock.GetUtcNow()), boost.Days) };
    }

    public async Task<IActionResult> OnPostCancelAsync()
    {
        var boost = await EndBoost.Cancel(Id, caller, db, work, wallet, clock);
        this.Toast(texts["Cancelled. {0} are in your wallet.", boost.Refunded]);
        return LocalRedirect($"/sell/boosts/{Id}");
    }
}
