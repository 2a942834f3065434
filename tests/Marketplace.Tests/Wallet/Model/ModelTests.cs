using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Xunit.Abstractions;

namespace Marketplace.Tests.Model;

/// <summary>
/// The product against books kept on paper: random histories of sales, refunds, releases, top-ups, shares of affiliates, deaths of the process
/// and repeated requests run through the use cases on PostgreSQL; every purse is compared after every act.
/// </summary>
/// <remarks>
/// MARKETPLACE_MODEL_SEQUENCES: how many (200). MARKETPLACE_MODEL_SEED: the first seed, as a failure prints it; the others follow. Unset, each run has
/// the same histories, so that nobody's change fails by chance; 0 draws new ones, for the long runs that look for what nobody has thought of.
/// MARKETPLACE_MODEL_MINUTES: stop after this time, however many have run.
/// </remarks>
public sealed class ModelTests(ITestOutputHelper output)
{
    // A market a part, so that a long run does not end in one huge question to the invariants.
    private const int AMarket = 250, AtOnce = 4, Shrinks = 150;

    [Fact]
    public async Task Whatever_happens_to_the_money_of_people_the_product_says_what_the_books_say()
    {
        var sequences = (int)Setting("MARKETPLACE_MODEL_SEQUENCES", 200);
        var seed = Setting("MARKETPLACE_MODEL_SEED", 1);
        if (seed == 0) seed = (ulong)RandomNumberGenerator.GetInt32(1, int.MaxValue);
        var minutes = Setting("MARKETPLACE_MODEL_MINUTES", 600);
        output.WriteLine($"MARKETPLACE_MODEL_SEED={seed}");
        var (clock, done, commands) = (Stopwatch.StartNew(), 0, 0);
        var seen = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        for (var first = 0; first < sequences && clock.Elapsed.TotalMinutes < minutes; first += AMarket)
        {
            await using var market = await Stage.OpenMarket();
            var failed = new ConcurrentQueue<(ulong Seed, string Report)>();
            await Parallel.ForEachAsync(Enumerable.Range(first, Math.Min(AMarket, sequences - first)), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (at, _) =>
            {
                if (!failed.IsEmpty || clock.Elapsed.TotalMinutes >= minutes) return;
                var sequence = new Sequence(seed + (ulong)at);
                if (await sequence.Run(market) is { } difference) failed.Enqueue((seed + (ulong)at, $"{difference}\n{sequence.Story}"));
                Interlocked.Increment(ref done);
                Interlocked.Add(ref commands, sequence.Ran.Count);
                foreach (var (what, times) in sequence.Seen) seen.AddOrUpdate(what, times, (_, before) => before + times);
            });
            if (failed.TryDequeue(out var bad)) throw new ShouldAssertException(await Shrink(market, bad.Seed, bad.Report));
            await market.BooksMustHold();
            var said = $"{done} sequences, {commands} commands, {clock.Elapsed.TotalSeconds:0} s";
            output.WriteLine(said);
            Console.WriteLine(said);
        }

        foreach (var (what, times) in seen.OrderBy(s => s.Key, StringComparer.Ordinal)) output.WriteLine($"{times,8}  {what}");
        (commands / Math.Max(1, done)).ShouldBeGreaterThanOrEqualTo(Sequence.Length * 9 / 10);
    }

    // The shortest beginning that fails, then without whatever is not needed for it.
    private static async Task<string> Shrink(OwnMarket market, ulong seed, string report)
    {
        var whole = new Sequence(seed);
        var difference = await whole.Run(market);
        if (difference is null) return $"MARKETPLACE_MODEL_SEED={seed} failed once and not again: something that the seed does not decide.\n{report}";

        var (kept, tries) = (whole.Ran, 0);
        var smallest = whole;
        for (var chunk = kept.Count / 2; chunk > 0; chunk /= 2)
        {
            for (var from = 0; from < kept.Count && tries < Shrinks; tries++)
            {
                var fewer = kept.Where((_, i) => i < from || i >= from + chunk).ToList();
                var sequence = new Sequence(seed, fewer);
                if (await sequence.Run(market) is { } still) (kept, smallest, difference) = (sequence.Ran, sequence, still);
                else from += chunk;
            }
        }

        return $"MARKETPLACE_MODEL_SEED={seed}: {difference}\nThe first {whole.Ran.Count} acts fail, and so do these {kept.Count} of them:\n{smallest.Story}";
    }

    private static ulong Setting(string name, ulong otherwise) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var set) ? set : otherwise;
}
