using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Notifications;

/// <summary>
/// Sends what is due, on any host and never inside a transaction. A mail is claimed by a statement of its own; when its host dies
/// before saying how it ended, its time runs out and it is sent again, as the same message: at least once, and never lost.
/// </summary>
internal sealed partial class SendMails(
    NpgsqlDataSource source, UnitOfWork work, IUsers users, WriteMail write, MailSettings settings, IMailer mailer, Faults faults, TimeProvider clock, ILogger<SendMails> log) : IJob
{
    /// <summary>After so many tries a person must look.</summary>
    public const int MaxAttempts = 8;

    private const int Together = 4;

    /// <summary>For so long a host may have a mail in hand; longer than any server is waited for.</summary>
    public static readonly TimeSpan InHand = TimeSpan.FromMinutes(5);

    // Other jobs wait for this one.
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(10);

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        if (settings.Way == MailWay.None) return;
        work.AssertClosed();
        var turn = Stopwatch.StartNew();
        while (turn.Elapsed < Turn && await Claim(now, stop) is { Count: > 0 } claimed)
        {
            var contacts = await users.Contacts(claimed.Select(m => m.Account).ToList(), stop);
            var letters = new List<(Claimed Mail, Letter Letter)>();
            foreach (var mail in claimed)
            {
                if (await Write(mail, contacts.GetValueOrDefault(mail.Account), stop) is { } letter) letters.Add((mail, letter));
            }

            // A server that is not there now is not asked once a mail.
            if ((await Task.WhenAll(letters.Select(l => Send(l.Mail, l.Letter, stop)))).Contains(false)) return;
        }
    }

    private async Task<Letter?> Write(Claimed mail, Contact? to, CancellationToken stop)
    {
        try
        {
            var letter = to is null ? null : await write.Handle(mail.Id, mail.Template, mail.Facts, mail.Link, mail.Secret, to, stop);
            if (letter is null) await End(mail, MailState.Dropped, null, to is null ? "There is nobody any more to write to." : "Its link is used up or too old.", stop);
            return letter;
        }
        catch (Exception error) when (!stop.IsCancellationRequested)    // one that cannot be written does not stop the others
        {
            log.LogError(error, "Mail {Mail} could not be written, attempt {Attempt}", mail.Id, mail.Attempts);
            await End(mail, mail.Attempts >= MaxAttempts ? MailState.Failed : MailState.Queued, null, Nameless(error), stop);
            return null;
        }
    }

    /// <returns>False when the server was not there or had no time.</returns>
    private async Task<bool> Send(Claimed mail, Letter letter, CancellationToken stop)
    {
        try
        {
            await mailer.Send(letter, stop);
            faults.Pass(Faults.AfterProviderCall);
            await End(mail, MailState.Sent, letter.Language, null, stop);
            return true;
        }
        catch (MailRefused refused)
        {
            log.LogWarning("Mail {Mail} was refused for good", mail.Id);
            await End(mail, MailState.Failed, letter.Language, Nameless(refused), stop);
            return true;
        }
        catch (Exception error) when (error is not Faults.Crash && !stop.IsCancellationRequested)
        {
            log.LogWarning("Mail {Mail} could not be sent, attempt {Attempt}: {Kind}", mail.Id, mail.Attempts, error.GetType().Name);
            await End(mail, mail.Attempts >= MaxAttempts ? MailState.Failed : MailState.Queued, letter.Language, Nameless(error), stop);
            return false;
        }
    }

    // One statement, which commits by itself. Those whose host died in mid-send come back here when their time is up.
    private Task<List<Claimed>> Claim(DateTimeOffset now, CancellationToken stop) => source.Command(
        """
        UPDATE notifications.mails SET state = 'sending', attempts = attempts + 1, next_at = $2
        WHERE id IN (SELECT id FROM notifications.mails WHERE state IN ('queued', 'sending') AND next_at <= $1 ORDER BY next_at, id LIMIT $3 FOR UPDATE SKIP LOCKED)
        RETURNING id, account, template, data::text, link, attempts, secret
        """,
        now, now + InHand, Together)
        .List(r => new Claimed(r.GetGuid(0), r.GetGuid(1), Enum.Parse<NoticeType>(r.GetString(2).Replace("_", "", StringComparison.Ordinal), true),
            Facts.Of(JsonSerializer.Deserialize<JsonElement>(r.GetString(3))), r.GetString(4), r.GetInt32(5), r.IsDBNull(6) ? null : r.GetFieldValue<byte[]>(6)), stop);

    private Task<int> End(Claimed mail, MailState state, string? language, string? error, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        return source.Command(
            """
            UPDATE notifications.mails
            SET state = $2, language = coalesce($3, language), error = left($4, 500), next_at = $5, sent_at = CASE WHEN $2 = 'sent' THEN $6::timestamptz END,
                secret = CASE WHEN $2 = 'queued' THEN secret END
            WHERE id = $1 AND state = 'sending'
            """,
            mail.Id, Naming.Snake(state.ToString()), language, error, state == MailState.Queued ? now + Pause(mail.Attempts) : now, now).Execute(stop);
    }

    /// <summary>1, 4, 16 minutes … at most twelve hours.</summary>
    internal static TimeSpan Pause(int attempts) => TimeSpan.FromMinutes(Math.Min(720, Math.Pow(4, attempts - 1)));

    // Servers repeat the address in their refusals; none is kept.
    private static string Nameless(Exception error) =>
        Address().Replace(error.InnerException is { } inner ? $"{error.Message} {inner.Message}" : error.Message, "…");

    [GeneratedRegex(@"<?[^\s<>@]+@[^\s<>@]+>?", RegexOptions.NonBacktracking)]
    private static partial Regex Address();

    private sealed record Claimed(Guid Id, Guid Account, NoticeType Template, Facts Facts, string Link, int Attempts, byte[]? Secret);
}

/// <summary>Forgets mails that ended a season ago, and all but the last letters of a developer's mailbox.</summary>
internal sealed class PurgeMails(NpgsqlDataSource source) : IJob
{
    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        await source.Command("DELETE FROM notifications.mails WHERE state IN ('sent', 'dropped') AND created_at < $1", now.AddDays(-90)).Execute(stop);
        await source.Command("DELETE FROM notifications.mailbox WHERE id NOT IN (SELECT id FROM notifications.mailbox ORDER BY id DESC LIMIT 500)").Execute(stop);
    }
}
