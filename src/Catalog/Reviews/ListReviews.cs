using System.Text.Json;
using Marketplace.Kernel;
using Marketplace.Users;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>What everybody may read about a product or a person, in one of four orders, with how it is rated.</summary>
internal static class ListReviews
{
    public const string Newest = "newest", Helpful = "helpful", Highest = "highest", Lowest = "lowest";

    public static readonly IReadOnlyList<string> Sorts = [Newest, Helpful, Highest, Lowest];

    /// <param name="Rating">Of all of them, whatever the list shows.</param>
    public sealed record Reply(IReadOnlyList<ReviewLine> Data, bool HasMore, string? NextCursor, Rating Rating);

    /// <param name="kind"><c>product</c> or <c>profile</c>.</param>
    /// <param name="subject">A product's id, or an account's.</param>
    /// <param name="stars">Only those with so many.</param>
    /// <param name="known">How it is rated, where that has been read already.</param>
    /// <exception cref="Refused">422 <c>invalid</c>, <c>limit_out_of_range</c>; 400 <c>cursor_invalid</c>.</exception>
    public static async Task<Reply> Handle(
        string? kind, Guid subject, string? sort, int? stars, string? cursor, int? limit, Caller caller, NpgsqlDataSource source, IUsers users, Cursors cursors, CancellationToken stop, Rating? known = null)
    {
        sort = string.IsNullOrWhiteSpace(sort) ? Newest : sort;
        kind = string.IsNullOrWhiteSpace(kind) ? Rating.Product : kind;
        if (!Sorts.Contains(sort)) throw Refused.Invalid(new FieldError("/sort", "unknown_sort", $"One of: {string.Join(", ", Sorts)}."));
        if (kind is not (Rating.Product or Rating.Profile)) throw Refused.Invalid(new FieldError("/kind", "unknown_kind", "product or profile."));
        if (stars is < 1 or > 5) throw Refused.Invalid(new FieldError("/stars", "stars", "One to five."));
        var rating = known ?? await Rating.Of(kind, subject, source, stop);
        var page = rating.Count == 0 ? new Page<ReviewLine>([], false, null) : await Find(kind, subject, sort, stars, cursor, Cursors.Limit(limit), caller, source, users, cursors, stop);
        return new Reply(page.Data, page.HasMore, page.NextCursor, rating);
    }

    private static async Task<Page<ReviewLine>> Find(
        string kind, Guid subject, string sort, int? stars, string? cursor, int take, Caller caller, NpgsqlDataSource source, IUsers users, Cursors cursors, CancellationToken stop)
    {
        var filters = new { list = "reviews", kind, subject, sort, stars };
        var after = cursors.Read(cursor, filters);
        var (column, than, way) = sort switch
        {
            Helpful => ("v.helpful_count", "<", "DESC"),
            Highest => ("v.stars", "<", "DESC"),
            Lowest => ("v.stars", ">", "ASC"),
            _ => ("v.created_at", "<", "DESC"),
        };
        object? last = after is null ? null : sort == Newest ? after[0].GetDateTimeOffset() : after[0].GetInt32();
        var rows = await source.Command(
            $"""
            SELECT {ReviewLine.Columns} FROM catalog.reviews v LEFT JOIN catalog.review_votes m ON m.review_id = v.id AND m.account_id = $6
            WHERE v.subject_id = $1 AND {Shown} AND ($2::int IS NULL OR v.stars = $2)
              AND ($3::{(sort == Newest ? "timestamptz" : "int")} IS NULL OR ({column}, v.id) {than} ($3, $4::uuid))
            ORDER BY {column} {way}, v.id {way} LIMIT $5
            """,
            subject, stars, last, after?[1].GetGuid(), take + 1, caller.AccountOrNull).List(ReviewLine.Read, stop);
        var page = cursors.Page(rows, take, filters, r => [sort switch { Newest => r.CreatedAt, Helpful => r.Helpful, _ => (object)r.Stars }, r.Id]);
        return await page.Named(users, stop);
    }

    /// <summary>In words of the partial indexes.</summary>
    public const string Shown = "v.state <> 'hidden' AND v.refunded_at IS NULL AND v.revealed_at IS NOT NULL";

    /// <summary>With the names of those who wrote. One query.</summary>
    public static async Task<Page<T>> Named<T>(this Page<T> page, IUsers users, CancellationToken stop) where T : ReviewLine
    {
        var people = await users.People(page.Data.Select(r => r.AuthorId).Distinct().ToList(), stop);
        return page.Map(r => (T)(r with { Author = people.TryGetValue(r.AuthorId, out var person) ? new ReviewAuthor(person.DisplayName, person.Username) : null }));
    }
}

/// <param name="Username">Of their public page.</param>
internal sealed record ReviewAuthor(string Name, string Username);

/// <summary>A review as everybody reads it.</summary>
/// <param name="Helpful">How many say that it helped them.</param>
/// <param name="HelpedMe">The caller is one of them.</param>
internal record ReviewLine(
    Guid Id, ReviewSubjectKind Kind, int Stars, string Text, DateTimeOffset CreatedAt, DateTimeOffset? EditedAt, string? Reply, DateTimeOffset? RepliedAt, DateTimeOffset? ReplyEditedAt,
    int Helpful, bool HelpedMe)
{
    internal const string Columns =
        """
        v.id, v.subject_kind, v.stars, v.text, v.created_at, v.edited_at, v.reply, v.replied_at, v.reply_edited_at, v.helpful_count, m.account_id IS NOT NULL, v.author_id, v.owner_id
        """;

    internal const int Count = 13;

    /// <summary>They have bought what they speak of, and received it: all have.</summary>
    public bool Verified => true;

    /// <summary>Null: their account is gone.</summary>
    public ReviewAuthor? Author { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public Guid AuthorId { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public Guid OwnerId { get; init; }

    internal static ReviewLine Read(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetString(1).ReadChoice<ReviewSubjectKind>()!.Value, r.GetInt32(2), r.GetString(3), r.GetFieldValue<DateTimeOffset>(4), Time(r, 5),
        r.IsDBNull(6) ? null : r.GetString(6), Time(r, 7), Time(r, 8), r.GetInt32(9), r.GetBoolean(10)) { AuthorId = r.GetGuid(11), OwnerId = r.GetGuid(12) };

    internal static DateTimeOffset? Time(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetFieldValue<DateTimeOffset>(column);
}
