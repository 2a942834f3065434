using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Notifications;

/// <summary>A mail as it would have arrived.</summary>
internal sealed class Delivered
{
    private Delivered()
    {
    }

    public Guid Id { get; private set; }

    public string Recipient { get; private set; } = "";

    public string Subject { get; private set; } = "";

    public string Plain { get; private set; } = "";

    public string Html { get; private set; } = "";

    public string Language { get; private set; } = "";

    public DateTimeOffset SentAt { get; private set; }
}

/// <summary>A developer's letter box, in place of a mail server. Like a good mail program it keeps one of two messages with the same id.</summary>
internal sealed class Mailbox(NpgsqlDataSource source, TimeProvider clock) : IMailer
{
    public Task Send(Letter letter, CancellationToken stop) => source.Command(
        "INSERT INTO notifications.mailbox (id, recipient, subject, plain, html, language, sent_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        letter.Id, letter.To, letter.Subject, letter.Plain, letter.Html, letter.Language, clock.GetUtcNow()).Execute(stop);
}
