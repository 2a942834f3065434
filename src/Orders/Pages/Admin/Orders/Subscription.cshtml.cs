using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders.Pages;

/// <summary>One subscription for support, who may end it for a reason. Amounts of others are for finance.</summary>
[Authorize("right:support")]
internal sealed class AdminSubscriptionPage(
    OrdersDb db, UnitOfWork work, IUsers users, IAudit audit, Caller caller, TimeProvider clock, IValidator<EndSubscription.Request> rules, IStringLocalizer<Texts> texts) : FormPage
{
    private IReadOnlyDictionary<Guid, Person> people = null!;

    [FromRoute]
    public Guid Id { get; set; }

    [BindProperty]
    public Form Input { get; set; } = new();

    public Subscription Subscription { get; private set; } = null!;

    public SubscriptionReply Told { get; private set; } = null!;

    public bool SeesAmounts => caller.Has(Rights.Finance);

    public string NameOf(Guid account) => people.TryGetValue(account, out var person) ? person.DisplayName : "–";

    public override async Task Load()
    {
        var stop = HttpContext.RequestAborted;
        Subscription = await db.Subscriptions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == Id, stop) ?? throw Refused.NotFound();
        Told = await ReadSubscription.Of(Subscription, db, stop);
        people = await users.People([Subscription.Account, Subscription.Seller], stop);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var request = new EndSubscription.Request(Input.Reason ?? "", Input.Now);
        rules.MustAccept(request);
        await EndSubscription.Handle(Id, request, caller, db, work, audit, clock);
        this.Toast(texts["Done. The member is told when it ends."]);
        return LocalRedirect($"/admin/subscriptions/{Id}");
    }

    public sealed class Form
    {
        public string? Reason { get; set; }

        public bool Now { get; set; }
    }
}
