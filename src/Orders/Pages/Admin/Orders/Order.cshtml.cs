using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Orders.Pages;

[Authorize("right:support")]
internal sealed class AdminOrderPage(ReadOrder read, IWallet wallet, IUsers users, Caller caller) : PageModel
{
    private IReadOnlyDictionary<Guid, Person> people = null!;

    public Order Order { get; private set; } = null!;

    public Payment? Payment { get; private set; }

    public IReadOnlyDictionary<Guid, Hold> Holds { get; private set; } = null!;

    public bool SeesAmounts => caller.Has(Rights.Finance);

    public string NameOf(Guid account) => people.TryGetValue(account, out var person) ? person.DisplayName : "–";

    public async Task OnGetAsync(Guid id, CancellationToken stop)
    {
        (Order, Payment) = await read.ForStaff(id, caller, stop);
        Holds = await wallet.Holds(Order.Items.Select(i => i.Id).ToList(), stop);
        people = await users.People([Order.Buyer, .. Order.Items.Select(i => i.Seller).Distinct()], stop);
    }
}
