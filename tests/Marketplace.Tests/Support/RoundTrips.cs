using System.Diagnostics;

namespace Marketplace.Tests;

/// <summary>What is sent to PostgreSQL for one act.</summary>
internal static class RoundTrips
{
    /// <summary>The statements of an act's requests, one text a round trip; a batch is one. COMMIT is not traced. What background work sends meanwhile is not counted.</summary>
    public static async Task<IReadOnlyList<string>> Of(Func<Task> act)
    {
        var statements = new List<string>();
        using var counted = new Activity("counted");
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.Source.Name != "Npgsql" || activity.TraceId != counted.TraceId) return;
                lock (statements) statements.Add(activity.TagObjects.FirstOrDefault(t => t.Key is "db.query.text" or "db.statement").Value as string ?? activity.DisplayName);
            },
        };
        ActivitySource.AddActivityListener(listener);
        counted.Start();
        await act();
        counted.Stop();
        return statements;
    }
}
