using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>What a person said of others, answered and voted. Stars stay, for averages are others' too; words, answers and votes go.</summary>
internal sealed class ReviewsData(NpgsqlDataSource source, UnitOfWork work) : IPersonalData
{
    public string Section => "reviews";

    public string About => "Reviews that you wrote, your answers to reviews, and which reviews helped you.";

    public async Task<object?> Export(Guid account, CancellationToken stop = default)
    {
        NpgsqlCommand Query(string sql) => work.IsOpen ? work.Command(sql, account) : source.Command(sql, account);
        var written = await Query("SELECT v.subject_kind, v.subject_id, v.stars, v.text, v.state, v.created_at, v.edited_at FROM catalog.reviews v WHERE v.author_id = $1 ORDER BY v.id")
            .List(r => new { kind = r.GetString(0), about = r.GetGuid(1), stars = r.GetInt32(2), text = r.GetString(3), state = r.GetString(4), created_at = r.GetFieldValue<DateTimeOffset>(5), edited_at = ReviewLine.Time(r, 6) }, stop);
        var answers = await Query("SELECT v.id, v.reply, v.replied_at FROM catalog.reviews v WHERE v.owner_id = $1 AND v.reply IS NOT NULL ORDER BY v.id")
            .List(r => new { review = r.GetGuid(0), text = r.GetString(1), replied_at = r.GetFieldValue<DateTimeOffset>(2) }, stop);
        var helpful = await Query("SELECT review_id, voted_at FROM catalog.review_votes WHERE account_id = $1 ORDER BY voted_at").List(r => new { review = r.GetGuid(0), at = r.GetFieldValue<DateTimeOffset>(1) }, stop);
        return written.Count + answers.Count + helpful.Count == 0 ? null : new { written, answers, helpful };
    }

    public async Task Erase(Guid account)
    {
        await work.Command("UPDATE catalog.reviews SET text = '' WHERE author_id = $1 AND text <> ''", account).Execute();
        await work.Command("UPDATE catalog.reviews SET reply = NULL, replied_at = NULL, reply_edited_at = NULL WHERE owner_id = $1 AND reply IS NOT NULL", account).Execute();
        await work.Command(
            "WITH gone AS (DELETE FROM catalog.review_votes WHERE account_id = $1 RETURNING review_id) UPDATE catalog.reviews v SET helpful_count = v.helpful_count - 1 FROM gone WHERE v.id = gone.review_id", account).Execute();
    }
}
