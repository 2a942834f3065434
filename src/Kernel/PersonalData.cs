namespace Marketplace.Kernel;

/// <summary>
/// One kind of what the market keeps about a person: handed out when they ask for their data, forgotten when they ask to be. Each
/// capability that stores personal data registers one; a test looks for what was forgotten by nobody.
/// </summary>
public interface IPersonalData
{
    /// <summary>snake_case; the file of the export: <c>addresses</c> becomes <c>addresses.json</c>.</summary>
    string Section { get; }

    /// <summary>What the section is: an English sentence for the export's README.</summary>
    string About { get; }

    /// <summary>What must be settled before the person can be erased: money that is owed, orders that are open. Default: nothing.</summary>
    Task<IReadOnlyList<Unsettled>> Unsettled(Guid account, CancellationToken stop = default) => Task.FromResult<IReadOnlyList<Unsettled>>([]);

    /// <summary>All of it, in the names of the API, with secrets left out; null when nothing is kept.</summary>
    Task<object?> Export(Guid account, CancellationToken stop = default);

    /// <summary>Removes or anonymises it, once or again; joins the transaction. Books, counters and what others wrote stay.</summary>
    Task Erase(Guid account);
}

/// <summary>Why somebody cannot be erased yet.</summary>
/// <param name="Code">snake_case: <c>debt</c>, <c>orders_open</c>.</param>
/// <param name="Detail">One English sentence; pages localise it by its text.</param>
/// <param name="CanGiveUp">The person may renounce it and be erased all the same.</param>
public sealed record Unsettled(string Code, string Detail, bool CanGiveUp = false);

/// <summary>The kernel's own: replies kept with idempotency keys, and what a failed delivery said.</summary>
internal sealed class RequestsData(UnitOfWork work) : IPersonalData
{
    public string Section => "requests";

    public string About => "Replies that are kept for repeated requests.";

    // Replies for three days; what they say stands in the other sections.
    public Task<object?> Export(Guid account, CancellationToken stop = default) => Task.FromResult<object?>(null);

    public async Task Erase(Guid account)
    {
        // Who signed up was nobody yet: the reply tells whose it is.
        await work.Command("DELETE FROM kernel.idempotency_keys WHERE scope = $1 OR (scope = 'anonymous' AND reply::text LIKE '%' || $1 || '%')", account.ToString()).Execute();
        await work.Command("UPDATE kernel.deliveries SET last_error = NULL WHERE key = $1 AND last_error IS NOT NULL", account.ToString()).Execute();
    }
}
