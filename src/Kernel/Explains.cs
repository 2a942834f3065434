namespace Marketplace.Kernel;

/// <summary>
/// Says more of an act in the ledger than its legs do: each capability that posts knows what its keys name. <c>sale:{line}</c> begins with
/// <c>sale</c>, and so do the ids that it is asked for. Several may know the same.
/// </summary>
public interface IExplains
{
    /// <summary>The first parts of the keys that it knows: <c>sale</c>, <c>payout</c>.</summary>
    IReadOnlyCollection<string> Keys { get; }

    /// <param name="ids">The second parts of keys.</param>
    /// <param name="viewer">To whom it is told; null: staff, who see all. What is not the viewer's to know is left out.</param>
    Task<IReadOnlyDictionary<Guid, Explained>> Explain(string key, IReadOnlyCollection<Guid> ids, Guid? viewer, CancellationToken stop = default);
}

/// <param name="Line">The line of an order that it is about; null: the whole order, or none.</param>
/// <param name="Facts">In the reader's language, in the order in which to read them.</param>
public sealed record Explained(Guid? Line, IReadOnlyList<ExplainedFact> Facts);

/// <param name="Name">"Commission".</param>
/// <param name="Value">"4.00 (40 %)".</param>
/// <param name="Url">Where more of it stands.</param>
public sealed record ExplainedFact(string Name, string Value, string? Url = null);
