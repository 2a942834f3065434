using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Wallet.Pages;

/// <summary>One entry of one's statement, with all that happened to the same money.</summary>
[Authorize]
internal sealed class EntryPage(ExplainEntry explain, Subjects subjects, Caller caller) : PageModel
{
    public Explanation Explanation { get; private set; } = null!;

    public IReadOnlyDictionary<Guid, Subject> About { get; private set; } = new Dictionary<Guid, Subject>();

    public Guid Me => caller.Account;

    public async Task OnGetAsync(string id, CancellationToken stop)
    {
        Explanation = await explain.ForOwner(id, caller.Account, stop);
        About = await subjects.Find(Explanation.Steps.Select(s => s.Reference).OfType<Guid>().Distinct().ToList(), stop);
    }
}
