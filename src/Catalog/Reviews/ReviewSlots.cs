using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>Reviews on the page of what they are about.</summary>
/// <param name="Line">A line by which the viewer may write one, or has; null: none.</param>
/// <param name="IsMine">The viewer is spoken of.</param>
internal sealed record ReviewSection(string Kind, ListReviews.Reply Reviews, string Sort, int? Stars, Guid? Line, bool Written, bool IsMine, bool SignedIn, Guid? Viewer)
{
    /// <summary>The page's own address, for what leads back to it.</summary>
    public required string Path { get; init; }

    public string Title { get; init; } = "";

    /// <summary>Fills slot <c>product-reviews</c> of the product's page.</summary>
    public static Task<object?> OfProduct(HttpContext http, object? model) =>
        model is ProductSlot product ? Load(http, Rating.Product, product.Product, product.Seller, "", product.Rating) : Task.FromResult<object?>(null);

    /// <summary>What others say of a person, on their public page; nothing before the first word.</summary>
    public static async Task<object?> OfPerson(HttpContext http, object? model) =>
        model is ProfileSlot person && await Load(http, Rating.Profile, person.Account, person.Account, person.DisplayName) is ReviewSection section && (section.Reviews.Rating.Count > 0 || section.Line is not null) ? section : null;

    private static async Task<object?> Load(HttpContext http, string kind, Guid subject, Guid owner, string title, Rating? known = null)
    {
        var services = http.RequestServices;
        var (source, caller, stop) = (services.GetRequiredService<NpgsqlDataSource>(), services.GetRequiredService<Caller>(), http.RequestAborted);
        var query = http.Request.Query;
        var sort = query["reviews"].ToString() is { Length: > 0 } asked && ListReviews.Sorts.Contains(asked) ? asked : ListReviews.Newest;
        int? stars = int.TryParse(query["stars"].ToString(), out var star) && star is >= 1 and <= 5 ? star : null;
        var reviews = await ListReviews.Handle(kind, subject, sort, stars, Words.Typed(query["more"].ToString(), 2000), 6, caller, source, services.GetRequiredService<IUsers>(), services.GetRequiredService<Cursors>(), stop, known);
        var mine = caller.AccountOrNull is { } viewer && viewer != owner ? await Mine(kind, subject, viewer, source, stop) : null;
        return new ReviewSection(kind, reviews, sort, stars, mine?.Line, mine?.Written ?? false, caller.AccountOrNull == owner && caller.Can(Capabilities.CanSell), caller.IsSignedIn, caller.AccountOrNull) { Path = http.Request.Path, Title = title };
    }

    // The newest line that gives the word, those not yet reviewed first.
    private static async Task<(Guid Line, bool Written)?> Mine(string kind, Guid subject, Guid viewer, NpgsqlDataSource source, CancellationToken stop)
    {
        var profile = kind == Rating.Profile;
        return (await source.Command(
            $"""
            SELECT r.line_id, v.id IS NOT NULL FROM catalog.review_rights r
            LEFT JOIN catalog.reviews v ON v.line_id = r.line_id AND v.author_id = $1 AND v.subject_kind {(profile ? "=" : "<>")} 'profile'
            WHERE {(profile ? "(r.buyer_id = $1 AND r.seller_id = $2 OR r.seller_id = $1 AND r.buyer_id = $2)" : "r.buyer_id = $1 AND r.product_id = $2")} AND r.refunded_at IS NULL
            ORDER BY v.id IS NOT NULL, r.allowed_at DESC LIMIT 1
            """, viewer, subject).List(r => ((Guid, bool)?)(r.GetGuid(0), r.GetBoolean(1)), stop)).FirstOrDefault();
    }
}
