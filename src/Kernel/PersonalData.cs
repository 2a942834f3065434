namespace Marketplace.Kernel;

/// <summary>
/// One kind of what the market keeps about a person: handed out when they ask for their data, forgotten when they ask to be. Each
/// capability that stores personal data registers one; a test looks for what was forgotten by nobody.
/// </summary>
public interface IPersonalData
{
    /// <summary>snake_case; the file of the export: <c>addresses</c> becomes <c>addresses.json</c>.</summary>
    string Section { get; }

    /// <summary>All of it, in the names of the API, with secrets left out; null when nothing is kept.</summary>
    Task<object?> Export(Guid account, CancellationToken stop = default);

    /// <summary>Removes or anonymises it, once or again; joins the transaction. Books, counters and what others wrote stay.</summary>
    Task Erase(Guid account);
}
