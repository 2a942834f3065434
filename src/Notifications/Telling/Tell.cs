using Marketplace.Kernel;

namespace Marketplace.Notifications;

/// <summary>One person to tell of one thing.</summary>
/// <param name="Cause">What happened: the same person, type and cause is told once, however often it is heard.</param>
/// <param name="Link">Where it leads: a page of this market.</param>
internal sealed record Notice(Guid Account, NoticeType Type, string Cause, Facts Facts, string Link)
{
    public (string Kind, Guid Id)? Subject { get; init; }

    public Guid? Actor { get; init; }

    /// <summary>Already sealed; for the mail alone, and gone with it.</summary>
    public byte[]? Secret { get; init; }
}

/// <summary>
/// Puts notices into inboxes and mails into the queue, in the transaction of the reaction: as people want it, and once. Nothing is
/// rendered or sent here.
/// </summary>
internal sealed class Tell(UnitOfWork work, TimeProvider clock)
{
    public async Task Handle(params IReadOnlyList<Notice> notices)
    {
        if (notices.Count == 0) return;
        if (notices.Where(n => !NoticeRule.Of(n.Type).MailOnly).ToList() is { Count: > 0 } shown) await Insert(shown);
        await Queue(notices);
    }

    private Task<int> Insert(IReadOnlyList<Notice> notices) => work.Command(
        """
        INSERT INTO notifications.notifications (id, account, class, type, state, cause, actor, subject_kind, subject_id, link, data, created_at)
        SELECT n.id, n.account, n.class, n.type, 'unread', n.cause, n.actor, n.subject_kind, n.subject_id, n.link, n.data::jsonb, $10
        FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::uuid[], $9::text[], $11::text[])
          AS n(id, account, class, type, cause, actor, subject_kind, subject_id, link, data)
        WHERE NOT EXISTS (SELECT FROM notifications.preferences p WHERE p.account = n.account AND p.type = n.type AND p.way = 'inbox' AND p.off)
        ON CONFLICT ON CONSTRAINT notifications_once DO NOTHING
        """,
        notices.Select(_ => Ids.New(clock)).ToArray(), notices.Select(n => n.Account).ToArray(),
        notices.Select(n => Naming.Snake(NoticeRule.Of(n.Type).Class.ToString())).ToArray(), Types(notices), notices.Select(n => n.Cause).ToArray(),
        notices.Select(n => n.Actor).ToArray(), notices.Select(n => n.Subject?.Kind).ToArray(), notices.Select(n => n.Subject?.Id).ToArray(),
        notices.Select(n => n.Link).ToArray(), clock.GetUtcNow(), notices.Select(n => n.Facts.Json).ToArray()).Execute();

    private Task<int> Queue(IReadOnlyList<Notice> notices) => work.Command(
        """
        INSERT INTO notifications.mails (id, account, template, cause, link, data, secret, state, attempts, next_at, created_at)
        SELECT n.id, n.account, n.type, n.cause, n.link, n.data::jsonb, n.secret, 'queued', 0, $6, $6
        FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $7::text[], $8::bytea[]) AS n(id, account, type, cause, link, data, secret)
        WHERE NOT EXISTS (SELECT FROM notifications.preferences p WHERE p.account = n.account AND p.type = n.type AND p.way = 'mail' AND p.off)
        ON CONFLICT ON CONSTRAINT mails_once DO NOTHING
        """,
        notices.Select(_ => Ids.New(clock)).ToArray(), notices.Select(n => n.Account).ToArray(), Types(notices), notices.Select(n => n.Cause).ToArray(),
        notices.Select(n => n.Link).ToArray(), clock.GetUtcNow(), notices.Select(n => n.Facts.Json).ToArray(), notices.Select(n => n.Secret).ToArray()).Execute();

    private static string[] Types(IReadOnlyList<Notice> notices) => notices.Select(n => Naming.Snake(n.Type.ToString())).ToArray();
}
