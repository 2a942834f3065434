using System.Globalization;
using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>What a seller's risk is and by which facts; staff may say otherwise for a time.</summary>
[Authorize("right:finance")]
internal sealed class SellerRiskPage(
    Caller caller, NpgsqlDataSource source, UnitOfWork work, IUsers users, IAudit audit, RiskFactors factors, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    private IReadOnlyDictionary<Guid, Person> people = new Dictionary<Guid, Person>();

    [FromRoute]
    public Guid Id { get; set; }

    [BindProperty]
    public OverrideRisk.Request Input { get; set; } = new();

    public SellerRating Rating { get; private set; } = null!;

    public string Name => NameOf(Id);

    public string Factor => factors.Of(Rating.Level).ToString("0.##", CultureInfo.CurrentCulture);

    public IEnumerable<SelectListItem> Levels =>
        [new SelectListItem(texts["As the facts say"], ""), .. Enum.GetValues<RiskLevel>().Select(l => new SelectListItem(texts[HoldWords.Risk(l)], l.ToText()))];

    public string NameOf(Guid account) => people.TryGetValue(account, out var person) ? person.DisplayName : "–";

    public override async Task Load()
    {
        Rating = await SellerRating.Read(Id, source, work, users, clock, HttpContext.RequestAborted);
        people = await users.People(new[] { Id, Rating.By ?? Id }.Distinct().ToList(), HttpContext.RequestAborted);
        if (Microsoft.AspNetCore.Http.HttpMethods.IsGet(Request.Method) && Rating.Override is { } level) Input = new OverrideRisk.Request(level.ToText());
    }

    public async Task<IActionResult> OnPostAsync()
    {
        await OverrideRisk.Handle(Id, Input, caller, source, work, users, audit, clock);
        this.Toast(texts["Saved"]);
        return LocalRedirect($"/admin/people/{Id}/risk");
    }
}
