using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>What sellers and staff say about a dispute: texts and a few pictures, until the answer is sent.</summary>
internal static class DisputeEvidence
{
    public const int MostFiles = 3, MostTexts = 10;

    public const long FileLimit = 5_000_000;

    private static readonly FileFormat[] Formats = [Png.Format, Jpeg.Format, WebP.Format];

    /// <param name="Text">What happened, for the payer's bank to read.</param>
    public sealed record Request(string Text);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Text).Must(t => !string.IsNullOrWhiteSpace(t)).WithErrorCode("NotEmptyValidator").WithMessage("Write what happened.").MaximumLength(5000);
    }

    /// <param name="Text">Null for a file, and for what was erased.</param>
    public sealed record Said(Guid Id, Guid Author, bool ByStaff, string? Text, string? FileName, long? Size, byte[]? Sha256, bool Erased, DateTimeOffset At);

    public static Task<List<Said>> Of(Guid dispute, NpgsqlDataSource source, CancellationToken stop) => source.Command(
        "SELECT id, author_id, by_staff, text, file_name, size, sha256, erased, created_at FROM wallet.dispute_evidence WHERE dispute_id = $1 ORDER BY created_at, id", dispute)
        .List(r => new Said(r.GetGuid(0), r.GetGuid(1), r.GetBoolean(2), r.IsDBNull(3) ? null : r.GetString(3), r.IsDBNull(4) ? null : r.GetString(4), r.IsDBNull(5) ? null : r.GetInt64(5),
            r.IsDBNull(6) ? null : r.GetFieldValue<byte[]>(6), r.GetBoolean(7), r.GetFieldValue<DateTimeOffset>(8)), stop);

    /// <summary>The pictures, oldest first.</summary>
    public static Task<List<EvidenceFile>> Files(Guid dispute, NpgsqlDataSource source, Blobs blobs, CancellationToken stop) => source.Command(
        "SELECT id, file_name, content_type, size, blob_key FROM wallet.dispute_evidence WHERE dispute_id = $1 AND blob_key IS NOT NULL ORDER BY created_at, id", dispute)
        .List(r =>
        {
            var key = r.GetString(4);
            return new EvidenceFile(r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetInt64(3), () => blobs.Open(key));
        }, stop);

    /// <exception cref="Refused">404; 409 <c>dispute_answered</c>, <c>dispute_over</c>, <c>too_much_evidence</c>; 422 <c>card_number_refused</c>.</exception>
    public static async Task Say(Guid id, Request request, Caller caller, UnitOfWork work, TimeProvider clock)
    {
        var staff = await MustTake(id, caller, work);
        await Count("text IS NOT NULL", MostTexts, id, caller, work);
        await work.Command("INSERT INTO wallet.dispute_evidence (id, dispute_id, author_id, by_staff, text, erased, created_at) VALUES ($1, $2, $3, $4, $5, false, $6)",
            Ids.New(clock), id, caller.Account, staff, request.Text.Trim(), clock.GetUtcNow()).Execute();
    }

    /// <summary>A picture: PNG, JPEG or WebP. The bytes are stored while they arrive; no transaction is open meanwhile.</summary>
    /// <exception cref="Refused">As <see cref="Say"/>; 413 <c>file_too_large</c>; 422 with the reason.</exception>
    public static async Task Show(Guid id, IncomingFile file, Caller caller, UnitOfWork work, Writes writes, Blobs blobs, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop)
    {
        // Whose dispute it is decides before the first byte is read.
        if (!caller.Has(Rights.Finance) && !await source.Command("SELECT EXISTS (SELECT FROM wallet.payment_disputes d JOIN wallet.dispute_parts p ON p.dispute_id = d.id WHERE d.id = $1 AND d.purpose = 'order' AND p.owner_id = $2)", id, caller.Account).Scalar<bool>(stop))
            throw Refused.NotFound();
        var (format, name) = Uploads.FormatOf(file.FileName, file.Name, Formats);
        var blob = await Uploads.Stage(file.Content, format, FileLimit, blobs, stop);
        await writes.Run(async () =>
        {
            var staff = await MustTake(id, caller, work);
            await Count("blob_key IS NOT NULL", MostFiles, id, caller, work);
            await blobs.Keep(blob.Key);
            await work.Command(
                """
                INSERT INTO wallet.dispute_evidence (id, dispute_id, author_id, by_staff, blob_key, file_name, content_type, size, sha256, erased, created_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, false, $10)
                """,
                Ids.New(clock), id, caller.Account, staff, blob.Key, name.Length > 200 ? name[^200..] : name, blob.ContentType, blob.Size, blob.Sha256, clock.GetUtcNow()).Execute();
        });
    }

    // The dispute's lock: what is being sent takes nothing more, and two files at once are counted.
    private static async Task<bool> MustTake(Guid id, Caller caller, UnitOfWork work)
    {
        var found = await work.Command("SELECT state IN ('won', 'lost'), answer IS NOT NULL OR state <> 'needs_response', purpose FROM wallet.payment_disputes WHERE id = $1 FOR UPDATE", id)
            .List(r => (Over: r.GetBoolean(0), Answered: r.GetBoolean(1), Purpose: r.GetString(2)));
        var mine = found.Count == 1 && found[0].Purpose == Charge.ForOrder
            && await work.Command("SELECT EXISTS (SELECT FROM wallet.dispute_parts WHERE dispute_id = $1 AND owner_id = $2)", id, caller.Account).Scalar<bool>();
        if (found is not [var dispute] || !(mine || caller.Has(Rights.Finance))) throw Refused.NotFound();
        if (dispute.Over) throw new Refused("dispute_over", 409, "This dispute is over.");
        if (dispute.Answered) throw new Refused("dispute_answered", 409, "The answer to this dispute was sent already.");
        return !mine;
    }

    private static async Task Count(string kind, int most, Guid id, Caller caller, UnitOfWork work)
    {
        if (await work.Command($"SELECT count(*) FROM wallet.dispute_evidence WHERE dispute_id = $1 AND author_id = $2 AND {kind}", id, caller.Account).Scalar<long>() >= most)
            throw new Refused("too_much_evidence", 409, $"At most {MostTexts} texts and {MostFiles} files each.");
    }
}

/// <summary>What people wrote about disputes, and the disputes of their payments and sales. The books stay: wallet.payment_disputes and wallet.dispute_parts hold ids and amounts.</summary>
internal sealed class DisputeData(NpgsqlDataSource source, UnitOfWork work, Blobs blobs) : IPersonalData
{
    public string Section => "disputes";

    public string About => "Disputes of your payments and of your sales, and what you said about them.";

    public async Task<IReadOnlyList<Unsettled>> Unsettled(Guid account, CancellationToken stop = default) => await Query(
        $"""
        SELECT EXISTS (SELECT FROM wallet.payment_disputes d WHERE {Dispute.Unsettled}
                         AND (d.payer_id = $1 OR EXISTS (SELECT FROM wallet.dispute_parts p WHERE p.dispute_id = d.id AND p.owner_id = $1)))
        """, account).Scalar<bool>(stop) ? [new Unsettled("dispute_open", "A payment or a sale of yours is disputed, and not decided yet.")] : [];

    public async Task<object?> Export(Guid account, CancellationToken stop = default)
    {
        var disputes = await Query(
            """
            SELECT d.id, d.amount, d.currency, d.reason, d.state, d.opened_at FROM wallet.payment_disputes d
            WHERE d.payer_id = $1 OR EXISTS (SELECT FROM wallet.dispute_parts p WHERE p.dispute_id = d.id AND p.owner_id = $1) ORDER BY d.id
            """, account).List(r => new { id = r.GetGuid(0), amount = r.GetInt64(1), currency = r.GetString(2), reason = r.GetString(3), state = r.GetString(4), opened_at = r.GetFieldValue<DateTimeOffset>(5) }, stop);
        var said = await Query("SELECT dispute_id, text, file_name, created_at FROM wallet.dispute_evidence WHERE author_id = $1 AND NOT erased ORDER BY created_at, id", account)
            .List(r => new { dispute = r.GetGuid(0), text = r.IsDBNull(1) ? null : r.GetString(1), file = r.IsDBNull(2) ? null : r.GetString(2), at = r.GetFieldValue<DateTimeOffset>(3) }, stop);
        return disputes.Count + said.Count == 0 ? null : new { disputes, said };
    }

    // What was sent to a provider holds their words, too: when the dispute is over nobody needs it here.
    public async Task Erase(Guid account)
    {
        foreach (var key in await work.Command("SELECT blob_key FROM wallet.dispute_evidence WHERE author_id = $1 AND blob_key IS NOT NULL", account).List(r => r.GetString(0))) await blobs.Forget(key);
        await work.Command(
            "UPDATE wallet.payment_disputes SET answer = 'Erased' WHERE answer IS NOT NULL AND id IN (SELECT dispute_id FROM wallet.dispute_evidence WHERE author_id = $1 AND NOT erased)", account).Execute();
        await work.Command(
            "UPDATE wallet.dispute_evidence SET erased = true, text = NULL, blob_key = NULL, file_name = NULL, content_type = NULL, size = NULL, sha256 = NULL WHERE author_id = $1", account).Execute();
    }

    private NpgsqlCommand Query(string sql, Guid account) => work.IsOpen ? work.Command(sql, account) : source.Command(sql, account);
}
