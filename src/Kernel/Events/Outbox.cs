using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Kernel;

/// <summary>
/// Events on their way: appended with the change itself, and with one delivery a listener for the <see cref="Dispatcher"/>.
/// Never NOTIFY inside a business transaction: it would serialise all commits. The wake-up comes after.
/// </summary>
public sealed class Outbox(IEnumerable<Listener> listeners, TimeProvider clock)
{
    private readonly string[] names = listeners.Select(l => l.Name).ToArray(), hears = listeners.Select(l => l.Event).ToArray();

    /// <summary>The name of an event in the database: <c>wallet.payment_captured</c>.</summary>
    public static string NameOf(Type type)
    {
        var module = type.Namespace![(type.Namespace!.LastIndexOf('.') + 1)..];
        return $"{Naming.Snake(module)}.{Naming.Snake(type.Name)}";
    }

    /// <summary>Raised after a commit that told something, with the number of its events.</summary>
    public event Action<int>? Woken;

    internal void Wake(int events) => Woken?.Invoke(events);

    // The last write of its transaction, after every business lock: ids of one key rise in the order of the commits.
    internal async Task Append(NpgsqlConnection connection, IReadOnlyList<IEvent> events, NpgsqlBatchCommand? last)
    {
        await using var batch = new NpgsqlBatch(connection);
        if (events.Count > 0)
        {
            batch.BatchCommands.Add(Sql.Batched(
                """
                WITH told AS (
                  INSERT INTO kernel.outbox (event, key, payload, occurred_at)
                  SELECT e, k, p, $4 FROM unnest($1::text[], $2::text[], $3::jsonb[]) WITH ORDINALITY AS u(e, k, p, n) ORDER BY n
                  RETURNING id, event, key)
                INSERT INTO kernel.deliveries (id, listener, key, next_at)
                SELECT t.id, l.name, t.key, $4 FROM told t JOIN unnest($5::text[], $6::text[]) AS l(name, event) USING (event)
                """,
                events.Select(e => NameOf(e.GetType())).ToArray(),
                events.Select(e => e.Key).ToArray(),
                events.Select(e => Sql.Json.Of((object)e).Text).ToArray(),
                clock.GetUtcNow(), names, hears));
        }

        if (last is not null) batch.BatchCommands.Add(last);
        if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync();
    }
}

/// <summary>Who listens to what: <c>services.AddReaction&lt;PaymentCaptured, OnPaymentCaptured&gt;()</c>.</summary>
public sealed record Listener(string Name, string Event, Func<IServiceProvider, string, CancellationToken, Task> React);

public static class ReactionRegistration
{
    public static IServiceCollection AddReaction<TEvent, TReaction>(this IServiceCollection services)
        where TEvent : IEvent
        where TReaction : class, IReaction<TEvent>
    {
        services.AddScoped<TReaction>();
        // The listener's name outlives renamed classes only by care: it is part of the data.
        var name = Outbox.NameOf(typeof(TReaction));
        return services.AddSingleton(new Listener(name, Outbox.NameOf(typeof(TEvent)), async (scope, payload, stop) =>
        {
            var happened = System.Text.Json.JsonSerializer.Deserialize<TEvent>(payload, JsonStyle.Options)
                ?? throw new InvalidOperationException($"An empty {typeof(TEvent).Name}.");
            await scope.GetRequiredService<TReaction>().Handle(happened, stop);
        }));
    }
}

/// <summary>Forgets events a month after every listener has heard them. What waits or is poisoned stays, however old.</summary>
internal sealed class PurgeEvents(NpgsqlDataSource source) : IJob
{
    private const int AtOnce = 5_000;

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        int purged;
        do
        {
            purged = await source.Command(
                """
                WITH old AS (
                  SELECT o.id FROM kernel.outbox o
                  WHERE o.occurred_at < $1
                    AND NOT EXISTS (SELECT FROM kernel.deliveries d WHERE d.id = o.id AND d.state <> 'done')
                  ORDER BY o.occurred_at LIMIT $2),
                heard AS (DELETE FROM kernel.deliveries d USING old WHERE d.id = old.id)
                DELETE FROM kernel.outbox o USING old WHERE o.id = old.id
                """,
                now.AddDays(-30), AtOnce).Execute(stop);
        }
        while (purged == AtOnce);
    }
}
