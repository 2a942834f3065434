using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Marketplace.Host.Pages.Admin;

/// <summary>Deliveries that wait or stopped, and the jobs: what an operator looks at first when something does not arrive.</summary>
[Authorize("right:system")]
internal sealed class EventsPage(NpgsqlDataSource source, UnitOfWork work, Caller caller, IAudit audit, TimeProvider clock) : FormPage
{
    [BindProperty] public long Id { get; set; }

    [BindProperty] public string? Listener { get; set; }

    public IReadOnlyList<Line> Lines { get; private set; } = [];

    public IReadOnlyList<Job> Jobs { get; private set; } = [];

    public override async Task Load()
    {
        Lines = await source.Command(
            """
            SELECT d.id, o.event, d.listener, d.key, d.state, d.attempts, d.last_error
            FROM kernel.deliveries d JOIN kernel.outbox o USING (id)
            WHERE d.state <> 'done' ORDER BY d.state = 'pending', d.attempts DESC, d.id LIMIT 200
            """).List(r => new Line(r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetInt32(5), r.IsDBNull(6) ? null : r.GetString(6)));
        Jobs = await source.Command("SELECT name, last_at, next_at, last_error FROM kernel.schedules ORDER BY name")
            .List(r => new Job(r.GetString(0), r.IsDBNull(1) ? null : r.GetFieldValue<DateTimeOffset>(1), r.GetFieldValue<DateTimeOffset>(2), r.IsDBNull(3) ? null : r.GetString(3)));
    }

    /// <summary>Puts a stopped delivery back in front of its line.</summary>
    public async Task<IActionResult> OnPostAsync()
    {
        var changed = await work.Command(
            "UPDATE kernel.deliveries SET state = 'pending', attempts = 0, next_at = $3 WHERE id = $1 AND listener = $2 AND state <> 'done'",
            Id, Listener ?? "", clock.GetUtcNow()).Execute();
        if (changed == 0) throw Refused.NotFound();
        // Its number, as an id: the last digits are its own.
        await audit.Write(caller, "kernel.delivery_retried", "event", new Guid(Id.ToString("x32", System.Globalization.CultureInfo.InvariantCulture)), new { listener = Listener });
        return RedirectToPage();
    }

    internal sealed record Line(long Id, string Event, string Listener, string Key, string State, int Attempts, string? LastError);

    internal sealed record Job(string Name, DateTimeOffset? LastAt, DateTimeOffset NextAt, string? LastError);
}
