using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Orders.Pages;

[Authorize("right:support")]
internal sealed class AdminOrderPage(ReadOrder read, IUsers users, Caller caller) : PageModel
{
    private IReadOnlyDictionary<Guid, Person> people = null!;

    public Order Order { get; private set; } = null!;

    public Payment? Payment { get; private set; }

    public bool SeesAmounts => caller.Has(Rights.Finance);

    public string NameOf(Guid account) => people.TryGetValue(account, out var person) ? person.DisplayName : "–";

    public async Task OnGetAsync(Guid id, CancellationToken stop)
    {
        (Order, Payment) = await read.ForStaff(id, caller, stop);
        people = await users.People([Order.Buyer, .. Order.Items.Select(i => i.Seller).Distinct()], stop);
    }
}
