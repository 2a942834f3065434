namespace Marketplace.Tests.Model;

/// <summary>
/// One thing that somebody does. It is told what the model knows, then done on paper, then in the product; both must answer the same.
/// Numbers drawn at random are folded onto what there is when its turn comes, so that any part of a sequence is a sequence, too.
/// </summary>
internal abstract class Command
{
    /// <summary>Chooses whom and what it is about; false when there is nothing that fits.</summary>
    public abstract bool Precondition(Books books);

    /// <returns>What the product has to answer.</returns>
    public abstract string Run(Books books);

    /// <returns>What the product answers; a refusal is told by its exception.</returns>
    public abstract Task<string> Run(Stage stage);

    /// <summary>Said in the report of a failure.</summary>
    public abstract override string ToString();

    protected static T Pick<T>(IReadOnlyList<T> among, int number) => among[number % among.Count];
}

/// <summary>What may be sent again: the same key, or an act that is done once by its nature.</summary>
internal abstract class RepeatableCommand : Command
{
    /// <summary>The Idempotency-Key of all its sendings.</summary>
    protected string Key { get; } = WalletSteps.Key();

    public bool WasRefused { get; private set; }

    /// <summary>Sent again after it had been done: goes on with what is open, and else changes nothing.</summary>
    public abstract string Again(Books books);

    /// <summary>The same key for something else.</summary>
    public virtual Task<string> Misuse(Stage stage) => throw new InvalidOperationException($"'{this}' has no key.");

    public sealed override string Run(Books books)
    {
        var said = First(books);
        WasRefused = said.StartsWith("refused ", StringComparison.Ordinal);
        if (!WasRefused) books.Done.Add(this);
        return said;
    }

    protected abstract string First(Books books);
}

/// <summary>The process dies at the n-th point that it passes; the client sends the same again until it is answered.</summary>
internal sealed class Crashing(RepeatableCommand command, int dieAt) : Command
{
    public override bool Precondition(Books books) => command.Precondition(books);

    public override string Run(Books books)
    {
        var first = command.Run(books);
        return command.WasRefused ? first : command.Again(books);
    }

    public override async Task<string> Run(Stage stage)
    {
        await stage.Dying(dieAt, () => command.Run(stage));
        // The first repetition may be the first that reaches a provider whose answer is lost.
        await stage.Dying(int.MaxValue, () => command.Run(stage));
        return await command.Run(stage);
    }

    public override string ToString() => $"{command}, dying at point {dieAt}";
}

/// <summary>Any earlier command, sent once more with its key.</summary>
internal sealed class Replay(int which) : Command
{
    private RepeatableCommand earlier = null!;

    public override bool Precondition(Books books)
    {
        if (books.Done.Count == 0) return false;
        earlier = Pick(books.Done, which);
        return true;
    }

    public override string Run(Books books) => earlier.Again(books);

    public override Task<string> Run(Stage stage) => earlier.Run(stage);

    public override string ToString() => $"again: {earlier}";
}

/// <summary>The key of an earlier command for something else.</summary>
internal sealed class MisuseKey(int which) : Command
{
    private RepeatableCommand earlier = null!;

    public override bool Precondition(Books books)
    {
        var keyed = books.Done.Where(d => d is Checkout or PayAgain or Refunding or ToppingUp or AskPayout).ToList();
        if (keyed.Count == 0) return false;
        earlier = Pick(keyed, which);
        return true;
    }

    public override string Run(Books books) => "refused 422 idempotency_key_reuse";

    public override Task<string> Run(Stage stage) => earlier.Misuse(stage);

    public override string ToString() => $"other content under the key of: {earlier}";
}
