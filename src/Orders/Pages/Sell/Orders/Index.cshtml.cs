using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Orders.Pages;

/// <summary>What waits for the shops in which somebody works, and what they have sold.</summary>
[Authorize("can:can_sell")]
internal sealed class SalesPage(ListSales list, ReadTodo todo, Caller caller) : PageModel
{
    public Page<SaleLine> Sales { get; private set; } = null!;

    public IReadOnlyList<TodoLine> Todo { get; private set; } = [];

    [FromQuery]
    public string? Cursor { get; set; }

    /// <summary>Parcels that wait to be sent.</summary>
    public int ToSend => Todo.Count(t => t.What == TodoKind.Send);

    public async Task OnGetAsync(CancellationToken stop)
    {
        Sales = await list.Handle(Cursor, 50, caller, stop);
        if (Cursor is null) Todo = (await todo.Handle(caller, stop)).Data;
    }
}
