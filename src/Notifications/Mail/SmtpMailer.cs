using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Text;

namespace Marketplace.Notifications;

/// <summary>By a mail server, with STARTTLS.</summary>
internal sealed class SmtpMailer(MailSettings settings) : IMailer
{
    public async Task Send(Letter letter, CancellationToken stop)
    {
        using var message = Compose(letter);
        using var client = new SmtpClient(settings.Host, settings.Port) { EnableSsl = settings.StartTls };
        if (settings.User is not null) client.Credentials = new NetworkCredential(settings.User, settings.Password);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(settings.Timeout);
        try
        {
            await client.SendMailAsync(message, patience.Token);
        }
        catch (SmtpException error) when (IsForGood(error))
        {
            throw new MailRefused($"{(int)error.StatusCode}", error);
        }
        catch (OperationCanceledException error) when (!stop.IsCancellationRequested)
        {
            throw new TimeoutException($"The mail server did not answer within {settings.Timeout.TotalSeconds:0} s.", error);
        }
    }

    // 5xx about the mailbox or the message. About us (sign-in, relaying) it is the server's configuration, which somebody will mend.
    private static bool IsForGood(SmtpException error) => (int)error.StatusCode is 552 or 554 || (error is SmtpFailedRecipientException && (int)error.StatusCode is >= 500 and < 600);

    private MailMessage Compose(Letter letter)
    {
        var message = new MailMessage(settings.From, new MailAddress(letter.To, OneLine(letter.ToName), Encoding.UTF8))
        {
            Subject = OneLine(letter.Subject),
            SubjectEncoding = Encoding.UTF8,
            HeadersEncoding = Encoding.UTF8,
            Body = letter.Plain,
            BodyEncoding = Encoding.UTF8,
            BodyTransferEncoding = TransferEncoding.QuotedPrintable,
        };
        var html = AlternateView.CreateAlternateViewFromString(letter.Html, Encoding.UTF8, MediaTypeNames.Text.Html);
        html.TransferEncoding = TransferEncoding.QuotedPrintable;
        message.AlternateViews.Add(html);
        message.Headers.Add("Message-ID", $"<{letter.Id:N}@{settings.From.Host}>");
        message.Headers.Add("Content-Language", letter.Language);
        message.Headers.Add("Auto-Submitted", "auto-generated");
        if (letter.Unsubscribe is not null)
        {
            message.Headers.Add("List-Unsubscribe", $"<{letter.Unsubscribe}>");
            message.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }

        return message;
    }

    // A title or a name is somebody else's text: no line of it becomes a header.
    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
