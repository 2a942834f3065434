using Marketplace.Kernel;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>What reports and the audit log point at when they say a review.</summary>
internal sealed class ReviewSubject(NpgsqlDataSource source, IStringLocalizer<Texts> texts) : ISubject
{
    public const string KindName = "review";

    public string Kind => KindName;

    public bool IsReportable => true;

    public async Task<IReadOnlyDictionary<Guid, Subject>> Find(IReadOnlyCollection<Guid> ids, CancellationToken stop = default) =>
        (await source.Command(
            $"SELECT v.id, v.author_id, p.title, {ListReviews.Shown} FROM catalog.reviews v JOIN catalog.review_rights r USING (line_id) JOIN catalog.products p ON p.id = r.product_id WHERE v.id = ANY ($1)", ids.ToArray())
            .List(r => new Subject(Kind, r.GetGuid(0), texts["Review of {0}", r.GetString(2)], $"/admin/reviews/{r.GetGuid(0)}", r.GetGuid(1)) { OwnerUrl = "/account/reviews", IsPublic = r.GetBoolean(3) }, stop))
        .ToDictionary(s => s.Id);
}
