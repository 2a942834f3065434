using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Users.Pages;

/// <summary>The living API keys of one person, and how much each may ask in a minute.</summary>
[Authorize("right:system")]
internal sealed class KeysOfPersonPage(NpgsqlDataSource source, UsersDb db, UnitOfWork work, LiveKeys live, IAudit audit, Caller caller, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    public AccountView Account { get; private set; } = null!;

    public IReadOnlyList<KeyView> Keys { get; private set; } = [];

    public override async Task Load()
    {
        Account = await AccountView.Read(Id, db, HttpContext.RequestAborted);
        Keys = await source.CommandFor(Id, $"SELECT {KeyView.Columns} FROM users.api_keys WHERE account = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY id DESC", Id, clock.GetUtcNow())
            .List(KeyView.Read, HttpContext.RequestAborted);
    }

    public async Task<IActionResult> OnPostTierAsync(Guid key, KeyTier tier)
    {
        await SetKeyTier.Handle(key, new SetKeyTier.Request(tier), caller, work, live, audit);
        this.Toast(texts["The tier is set."]);
        return LocalRedirect($"/admin/people/{Id}/keys");
    }
}
