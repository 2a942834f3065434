using FluentValidation;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>Searches that somebody keeps: to open them again, to see what is new, to be told of it once a day.</summary>
internal static class SavedSearches
{
    public const int Most = 50, NameLength = 60, QueryLength = 1000;

    /// <summary>How many new ones are counted; the page says "99+" of more.</summary>
    public const int MostNew = 100;

    /// <param name="Query">As in the address of the search page: <c>q=night&amp;genre=Trap</c>; prices in major units.</param>
    /// <param name="Notify">Tell me of new ones, once a day at most. Missing: no.</param>
    public sealed record Request(string Name, string Query, bool? Notify = null);

    /// <summary>What is missing stays.</summary>
    public sealed record Change(string? Name = null, bool? Notify = null);

    /// <param name="Url">Its page of the market.</param>
    /// <param name="New">Published since it was opened last, at most <see cref="MostNew"/>.</param>
    public sealed record View(Guid Id, string Name, string Query, string Url, bool Notify, int New, DateTimeOffset CreatedAt);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Name).NotEmpty().WithMessage("Give it a name.").MaximumLength(NameLength).WithMessage("A name has at most 60 characters.").Sound();
            RuleFor(r => r.Query).NotNull().MaximumLength(QueryLength).WithMessage("This search is too long to be saved.").Sound();
        }
    }

    public sealed class ChangeValidator : AbstractValidator<Change>
    {
        public ChangeValidator() => RuleFor(r => r.Name).Must(n => n is null || n.Trim().Length > 0).WithMessage("Give it a name.").MaximumLength(NameLength).WithMessage("A name has at most 60 characters.").Sound();
    }

    /// <summary>The same search again is the one that is there, by its new name.</summary>
    /// <exception cref="Refused">409 <c>too_many_searches</c>.</exception>
    public static async Task<View> Save(Request request, Caller caller, UnitOfWork work, ProductKinds kinds, TimeProvider clock)
    {
        var query = SearchAddress.Of(request.Query, kinds).ToString();
        var now = clock.GetUtcNow();
        // Savings of one person queue, so that they can be counted.
        await work.Command("SELECT pg_advisory_xact_lock(hashtextextended('catalog.saved_searches ' || $1::text, 0))", caller.Account).Execute();
        if (await work.Command("SELECT count(*)::int FROM catalog.saved_searches WHERE account = $1 AND query <> $2", caller.Account, query).Scalar<int>() >= Most)
            throw new Refused("too_many_searches", 409, "You can keep 50 searches. Remove one first.");
        return (await work.Command(
            $"""
            INSERT INTO catalog.saved_searches (id, account, name, query, notify, seen_at, told_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $6, $6)
            ON CONFLICT (account, query) DO UPDATE SET name = excluded.name, notify = excluded.notify
            RETURNING {Columns}
            """, Ids.New(clock), caller.Account, Words.Line(request.Name), query, request.Notify ?? false, now).List(r => Row(r).View)).Single();
    }

    /// <summary>All of them, newest first, with how much is new in each.</summary>
    public static async Task<IReadOnlyList<View>> List(Caller caller, NpgsqlDataSource source, ProductKinds kinds, CancellationToken stop)
    {
        var rows = await source.Command($"SELECT {Columns} FROM catalog.saved_searches WHERE account = $1 ORDER BY created_at DESC, id DESC", caller.Account).List(Row, stop);
        var views = new List<View>();
        foreach (var (view, seen) in rows) views.Add(view with { New = await CountNew(view.Query, seen, source, kinds, stop) });
        return views;
    }

    /// <summary>Where it leads; what is there now is no longer new.</summary>
    /// <exception cref="Refused">404.</exception>
    public static async Task<string> Open(Guid id, Caller caller, UnitOfWork work, TimeProvider clock) =>
        await work.Command("UPDATE catalog.saved_searches SET seen_at = $3 WHERE id = $1 AND account = $2 RETURNING query", id, caller.Account, clock.GetUtcNow()).Scalar<string>() is { } query ? Url(query) : throw Refused.NotFound();

    /// <exception cref="Refused">404.</exception>
    public static async Task<View> Rename(Guid id, Change change, Caller caller, UnitOfWork work)
    {
        var rows = await work.Command(
            $"UPDATE catalog.saved_searches SET name = coalesce($3, name), notify = coalesce($4, notify) WHERE id = $1 AND account = $2 RETURNING {Columns}",
            id, caller.Account, change.Name is null ? null : Words.Line(change.Name), change.Notify).List(r => Row(r).View);
        return rows.Count == 1 ? rows[0] : throw Refused.NotFound();
    }

    /// <exception cref="Refused">404.</exception>
    public static async Task Remove(Guid id, Caller caller, UnitOfWork work)
    {
        if (await work.Command("DELETE FROM catalog.saved_searches WHERE id = $1 AND account = $2", id, caller.Account).Execute() == 0) throw Refused.NotFound();
    }

    /// <summary>What was published since and fits, at most <see cref="MostNew"/>.</summary>
    public static async Task<int> CountNew(string query, DateTimeOffset since, NpgsqlDataSource source, ProductKinds kinds, CancellationToken stop)
    {
        var asked = ListProducts.Clean(SearchAddress.Of(query, kinds).Query);
        var filter = new ProductFilter(asked, asked.Q is null ? null : await Seek.Words(asked.Q, null, null, source, stop));
        filter.Fixed.Add($"p.published_at > {filter.Parameter(since)}");
        return (await filter.List(source, $"SELECT count(*)::int FROM ({filter.Matching("p.id", null, MostNew)}) found", r => r.GetInt32(0), stop)).Single();
    }

    private const string Columns = "id, name, query, notify, created_at, seen_at";

    private static (View View, DateTimeOffset Seen) Row(NpgsqlDataReader r) =>
        (new View(r.GetGuid(0), r.GetString(1), r.GetString(2), Url(r.GetString(2)), r.GetBoolean(3), 0, r.GetFieldValue<DateTimeOffset>(4)), r.GetFieldValue<DateTimeOffset>(5));

    private static string Url(string query) => query.Length == 0 ? "/search" : "/search?" + query;
}
