using FsCheck;
using FsCheck.Fluent;
using System.Text;

namespace Marketplace.Tests.Model;

/// <summary>One random history: its people, its two currencies, and what happens to them. The same seed is the same history.</summary>
internal sealed class Sequence
{
    public const int Length = 100;

    // More are drawn than are done: what does not fit when its turn comes is left out.
    private const int Drawn = 190;

    private readonly ulong seed;
    private readonly IReadOnlyCollection<int>? only;

    /// <param name="only">Places in the sequence; the others are left out. Null: all.</param>
    public Sequence(ulong seed, IReadOnlyCollection<int>? only = null) => (this.seed, this.only) = (Mix(seed), only);

    // Seeds that follow each other would draw alike.
    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z + 0x9E3779B97F4A7C15) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 29)) * 0x94D049BB133111EB;
            return z ^ (z >> 32);
        }
    }

    /// <summary>Places of what was done.</summary>
    public List<int> Ran { get; } = [];

    /// <summary>Kinds of commands with what was answered: shows that a run has seen what matters.</summary>
    public Dictionary<string, int> Seen { get; } = [];

    /// <summary>What was done, and what came of it; for the report.</summary>
    public StringBuilder Story { get; } = new();

    /// <summary>Runs it in the market; null when product and model agree to the end.</summary>
    /// <returns>What they say differently.</returns>
    public async Task<string?> Run(OwnMarket market)
    {
        var books = new Books(Currencies.Sample(1, new Rnd(seed, 1), 1).Single(), [4_000, 3_000, 2_000, 1_000]);
        var stage = await Stage.Open(market, books);
        stage.Enter();
        var commands = Commands.Sample(1, new Rnd(seed, 3), 1).Single();
        for (var at = 0; at < commands.Length && Ran.Count < Length; at++)
        {
            if (only?.Contains(at) == false || !commands[at].Precondition(books)) continue;
            Ran.Add(at);
            // Between two acts of people there is a second at least.
            stage.Now = books.Now = books.Now.AddSeconds(1);
            if (await Step(commands[at], books, stage) is { } difference) return difference;
        }

        return await Agree(stage, stage.MustAgreeInTheEnd);
    }

    private async Task<string?> Step(Command command, Books books, Stage stage)
    {
        var expected = command.Run(books);
        books.MustBalance();
        string said;
        try
        {
            said = await command.Run(stage);
        }
        catch (Refused refused)
        {
            said = $"refused {refused.Status} {refused.Code}";
        }
        catch (Exception error)
        {
            said = error.ToString();
        }

        Story.AppendLine($"{Ran[^1],4}  {command}: {said.Split('\n')[0]}");
        See($"{command.GetType().Name} {(said.StartsWith("refused ", StringComparison.Ordinal) ? said : "done")}");
        foreach (var currency in books.Currencies)
        {
            for (var person = 0; person < Books.People; person++)
                if (books[person, currency].Debt > 0) See("somebody in debt");
        }

        return said != expected ? $"'{command}' answered {said}; the model says {expected}" : await Agree(stage, stage.MustAgree);
    }

    private void See(string what) => Seen[what] = Seen.GetValueOrDefault(what) + 1;

    private static async Task<string?> Agree(Stage stage, Func<Task> ask)
    {
        try
        {
            await ask();
            return null;
        }
        catch (Disagreement difference)
        {
            return difference.Message;
        }
    }

    private static readonly Gen<string[]> Currencies = Gen.Shuffle(new[] { "EUR", "JPY", "KWD" }).Select(c => c[..2]);

    private static readonly Gen<int> Any = Gen.Choose(0, 1_000_000);

    private static readonly Gen<long> Price = Gen.Frequency(
        (1, Gen.Constant(0)), (3, Gen.Choose(1, 12)), (6, Gen.Choose(13, 400)), (4, Gen.Choose(401, 20_000))).Select(p => (long)p);

    private static readonly Gen<(int, int, long)> Wish =
        from seller in Gen.Choose(0, Books.Buyer - 1) from offer in Gen.Choose(0, Stage.Offers - 1) from price in Price select (seller, offer, price);

    private static readonly Gen<string?> Way = Gen.Frequency<string?>(
        (10, Gen.Constant<string?>(null)), (6, Gen.Constant<string?>(Ways.Ok)), (2, Gen.Constant<string?>(Ways.Declined)), (2, Gen.Constant<string?>(Ways.Late)),
        (2, Gen.Constant<string?>(Ways.RefundRefused)), (2, Gen.Constant<string?>(Ways.RefundLate)));

    private static readonly Gen<bool> Both = Gen.Frequency((2, Gen.Constant(false)), (1, Gen.Constant(true)));

    private static readonly Gen<int> Part = Gen.Frequency((4, Gen.Constant(0)), (12, Gen.Choose(1, 1_000)), (1, Gen.Constant(1_001)));

    private static readonly Gen<RepeatableCommand> Keyed = Gen.Frequency<RepeatableCommand>(
        (24, from buyer in Gen.Choose(0, Books.People - 1)
             from way in Way
             from both in Both
             from wishes in Gen.Choose(1, 3).SelectMany(n => Gen.ArrayOf(Wish, n))
             select (RepeatableCommand)new Checkout(buyer, way, both, wishes)),
        (8, from person in Gen.Choose(0, Books.People - 1)
            from currency in Any
            from amount in Gen.Choose(1_000, 30_000)
            from way in Gen.Frequency((6, Gen.Constant(Ways.Ok)), (1, Gen.Constant(Ways.Declined)), (1, Gen.Constant(Ways.Late)))
            select (RepeatableCommand)new ToppingUp(person, currency, amount, way)),
        (5, from which in Any from way in Way from both in Both select (RepeatableCommand)new PayAgain(which, way, both)),
        (4, from which in Any from twice in Gen.Elements(true, false) select (RepeatableCommand)new SweepOrder(which, twice)),
        (20, from which in Any from parts in Gen.ArrayOf(Part, 3) from lines in Gen.Choose(1, 3) select (RepeatableCommand)new Refunding(which, parts[..lines])),
        (3, Any.Select(which => (RepeatableCommand)new SweepRefund(which))),
        (14, Gen.Choose(0, Books.Buyer - 1).Select(seller => (RepeatableCommand)new Release(seller))),
        (5, from which in Any from part in Gen.Elements(1, 200, 333, 500, 700, 1_000, 1_000) select (RepeatableCommand)new OpenDispute(which, part)),
        (4, from which in Any from won in Gen.Elements(true, true, false) select (RepeatableCommand)new DecideDispute(which, won)),
        (9, from person in Gen.Choose(0, Books.People - 1)
            from currency in Any
            from part in Gen.Elements(100, 300, 500, 900, 1_000, 1_001)
            from scenario in Gen.Choose(0, PayoutRules.Scenarios.Length - 1)
            select (RepeatableCommand)new AskPayout(person, currency, part, scenario)),
        (8, Any.Select(which => (RepeatableCommand)new FollowPayout(which))));

    private static readonly Gen<Command> One = Gen.Frequency<Command>(
        (78, Keyed.Select(k => (Command)k)),
        (12, from keyed in Keyed from at in Gen.Choose(1, 9) select (Command)new Crashing(keyed, at)),
        (8, Any.Select(which => (Command)new Replay(which))),
        (3, Any.Select(which => (Command)new MisuseKey(which))),
        (3, from which in Any from other in Gen.Elements(true, false) select (Command)new Repost(which, other)),
        (10, from which in Any
             from who in Gen.Choose(0, 1)
             from verdict in Gen.Frequency((7, Gen.Constant(DecidePayout.Verdict.Approve)), (1, Gen.Constant(DecidePayout.Verdict.Reject)), (1, Gen.Constant(DecidePayout.Verdict.Cancel)))
             select (Command)new DecidePayout(which, who, verdict)),
        (1, Any.Select(which => (Command)new BlameSeller(which))),
        (2, from seller in Gen.Choose(0, Books.Buyer - 1) from tier in Gen.Choose(0, 3) select (Command)new ChangeTier(seller, tier)),
        (14, Gen.Elements(1, 20, 24, 50, 90).Select(hours => (Command)new Walk(TimeSpan.FromHours(hours)))),
        (5, from person in Gen.Choose(0, Books.People - 1) from which in Any select (Command)new EarnShare(person, which)),
        (3, Any.Select(which => (Command)new MatureShare(which))),
        (4, from which in Any from part in Gen.Elements(100, 333, 500, 1_000) select (Command)new ClawBack(which, part)));

    private static readonly Gen<Command[]> Commands = Gen.ArrayOf(One, Drawn);
}
