using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>One rule of holds: how it counts from now on, and how it counted before.</summary>
[Authorize("right:finance")]
internal sealed class HoldRulePage(
    Caller caller, NpgsqlDataSource source, UnitOfWork work, IUsers users, IAudit audit, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    private IReadOnlyDictionary<Guid, Person> people = new Dictionary<Guid, Person>();

    [FromRoute]
    public string Code { get; set; } = "";

    [BindProperty]
    public ChangeHoldRule.Request Input { get; set; } = new();

    public IReadOnlyList<HoldRule> History { get; private set; } = [];

    public IEnumerable<SelectListItem> Events => Enum.GetValues<SaleEvent>().Select(e => new SelectListItem(texts[HoldWords.Event(e)], e.ToText()));

    public string NameOf(Guid account) => people.TryGetValue(account, out var person) ? person.DisplayName : "–";

    public override async Task Load()
    {
        History = (await HoldRule.All(source, HttpContext.RequestAborted)).Where(r => r.Code == Code).ToList();
        if (History is not [var newest, ..]) throw Refused.NotFound();
        people = await users.People(History.Select(h => h.By).OfType<Guid>().Distinct().ToList(), HttpContext.RequestAborted);
        if (HttpMethods.IsGet(Request.Method)) Input = new ChangeHoldRule.Request(newest.Event.ToText(), newest.Days, newest.LatestDays, newest.Reason);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        await ChangeHoldRule.Handle(Code, Input, caller, work, audit, clock);
        this.Toast(texts["Saved"]);
        return LocalRedirect($"/admin/hold-rules/{Code}");
    }
}
