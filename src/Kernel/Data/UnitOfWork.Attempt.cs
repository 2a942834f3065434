namespace Marketplace.Kernel;

public sealed partial class UnitOfWork
{
    /// <summary>
    /// A part of the transaction that may fail alone (one row of many): what it wrote and would have told is undone, the rest stands. What the
    /// contexts hold is sent before and after and then forgotten, so that a thousand parts cost a thousand times one.
    /// </summary>
    /// <param name="act">False undoes it, too.</param>
    public async Task Attempt(Func<Task<bool>> act)
    {
        await Flush();
        var (told, later) = (events.Count, afterCommit.Count);
        await Command("SAVEPOINT attempt").Execute();
        var kept = false;
        try
        {
            if (await act())
            {
                await Flush();
                kept = true;
            }
        }
        finally
        {
            contexts.ForEach(db => db.ChangeTracker.Clear());
            if (!kept)
            {
                events.RemoveRange(told, events.Count - told);
                afterCommit.RemoveRange(later, afterCommit.Count - later);
                await Command("ROLLBACK TO SAVEPOINT attempt").Execute();
            }

            await Command("RELEASE SAVEPOINT attempt").Execute();
        }
    }
}
