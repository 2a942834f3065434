using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>Whether two people approve what is large.</summary>
[Authorize("right:finance")]
internal sealed class PayoutSettingsPage(Caller caller, NpgsqlDataSource source, UnitOfWork work, PayoutTerms terms, IAudit audit, TimeProvider clock, LedgerNames names, IStringLocalizer<Texts> texts) : FormPage
{
    public bool On { get; private set; }

    public Guid? ChangedBy { get; private set; }

    public DateTimeOffset? ChangedAt { get; private set; }

    public bool MayChange => caller.Has(Rights.Owner);

    public LedgerNames Names => names;

    public Money Above(string code) => terms.FourEyesAbove(Currency.Of(code));

    public override async Task Load()
    {
        (On, ChangedBy, ChangedAt) = (await source.Command("SELECT four_eyes, changed_by, changed_at FROM wallet.payout_settings")
            .List(r => (r.GetBoolean(0), r.IsDBNull(1) ? (Guid?)null : r.GetGuid(1), r.IsDBNull(2) ? (DateTimeOffset?)null : r.GetFieldValue<DateTimeOffset>(2)), HttpContext.RequestAborted)).Single();
        await names.Learn([ChangedBy], [], HttpContext.RequestAborted);
    }

    public async Task<IActionResult> OnPostAsync(bool on)
    {
        await FourEyes.Set(on, caller, work, audit, clock);
        this.Toast(on ? texts["Two people approve large payouts."] : texts["One person approves every payout."]);
        return LocalRedirect("/admin/payouts/settings");
    }
}
