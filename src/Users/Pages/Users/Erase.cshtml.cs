using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Users.Pages;

/// <summary>The way to be forgotten: what stands in its way, what goes and what stays.</summary>
[Authorize, StepUp]
internal sealed class ErasePage(Caller caller, IEnumerable<IPersonalData> sections, UnitOfWork work, LiveSessions sessions, SessionCookie cookie, IAudit audit, IStringLocalizerFactory localizers, TimeProvider clock) : FormPage
{
    [BindProperty]
    public Form Input { get; set; } = new();

    /// <summary>In the words of the module that says so.</summary>
    public IReadOnlyList<(string Words, bool CanGiveUp)> Unsettled { get; private set; } = [];

    public bool IsBlocked => Unsettled.Any(u => !u.CanGiveUp);

    public override async Task Load() => Unsettled = (await EraseAccount.Blocking(caller.Account, false, sections))
        .Select(b => (localizers.Create("Texts", b.Section.GetType().Assembly.GetName().Name!)[b.What.Detail].Value, b.What.CanGiveUp)).ToList();

    public async Task<IActionResult> OnPostAsync()
    {
        await EraseAccount.Handle(Input.GiveUp, caller, sections, work, sessions, audit, clock);
        cookie.Remove(HttpContext);
        return LocalRedirect("/");
    }

    internal sealed class Form
    {
        public bool GiveUp { get; set; }
    }
}
