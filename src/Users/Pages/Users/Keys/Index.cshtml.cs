using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Users.Pages;

/// <summary>One's own API keys; each can be ended here, or replaced.</summary>
[Authorize]
internal sealed class KeysPage(Caller caller, NpgsqlDataSource source, Cursors cursors, UnitOfWork work, LiveKeys live, IAudit audit, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    public IReadOnlyList<KeyView> Keys { get; private set; } = [];

    public override async Task Load() => Keys = (await ListKeys.Handle(null, Cursors.MaxLimit, caller, source, cursors, clock, HttpContext.RequestAborted)).Data;

    public bool HasExpired(KeyView key) => key.ExpiresAt <= clock.GetUtcNow();

    public async Task<IActionResult> OnPostRevokeAsync(Guid id)
    {
        await RevokeKey.Handle(id, caller, work, live, audit, clock);
        this.Toast(texts["The key is revoked."]);
        return LocalRedirect("/account/keys");
    }
}
