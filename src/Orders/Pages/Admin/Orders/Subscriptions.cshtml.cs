using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Orders.Pages;

/// <summary>Every subscription, for support.</summary>
[Authorize("right:support")]
internal sealed class AdminSubscriptionsPage(OrdersDb db, Cursors cursors, IUsers users) : PageModel
{
    private IReadOnlyDictionary<Guid, Person> people = null!;

    public Page<Subscription> Subscriptions { get; private set; } = null!;

    [FromQuery]
    public SubscriptionState? State { get; set; }

    [FromQuery]
    public Guid? Account { get; set; }

    [FromQuery]
    public string? Cursor { get; set; }

    public string NameOf(Guid account) => people.TryGetValue(account, out var person) ? person.DisplayName : "–";

    public async Task OnGetAsync(CancellationToken stop)
    {
        Subscriptions = await ReadSubscription.ForStaff(State, Account, Cursor, db, cursors, stop);
        people = await users.People([.. Subscriptions.Data.Select(s => s.Account).Distinct()], stop);
    }
}
