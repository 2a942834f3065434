using System.Globalization;
using System.Net;
using System.Text;

namespace Marketplace.Notifications;

/// <summary>What stands on a mail, all in the reader's language, and the two ways to print it: plain, and for programs that show HTML.</summary>
/// <param name="Pair">How the language puts a colon between two things: <c>{0}: {1}</c>.</param>
/// <param name="Lines">What was bought, with its price.</param>
/// <param name="Off">How to have no more of these.</param>
internal sealed record MailPaper(
    string Pair, string Hello, string Title, string Text, IReadOnlyList<(string What, string Amount)> Lines, (string Word, string Amount)? Total,
    string Action, string Link, string Why, (string Word, string Link)? Off)
{
    public string Plain()
    {
        var plain = new StringBuilder($"{Hello}\n\n{Title}\n\n{Text}\n\n");
        foreach (var (what, amount) in Lines) plain.Append(CultureInfo.InvariantCulture, $"  {Two(what, amount)}\n");
        if (Total is { } total) plain.Append(CultureInfo.InvariantCulture, $"\n  {Two(total.Word, total.Amount)}\n\n");
        plain.Append(CultureInfo.InvariantCulture, $"{Two(Action, Link)}\n\n-- \nMarketplace\n{Why}\n");
        if (Off is { } off) plain.Append(CultureInfo.InvariantCulture, $"{Two(off.Word, off.Link)}\n");
        return plain.ToString();
    }

    // Mail programs know tables and styles on elements, and little else.
    public string Html(string language)
    {
        const string quiet = "color:#5d6273;font-size:13px;line-height:20px";
        var html = new StringBuilder(
            $"""
            <!DOCTYPE html>
            <html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light"><title>{Safe(Title)}</title><base target="_top"></head>
            <body style="margin:0;padding:0;background:#f5f2ec">
            <table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f5f2ec"><tr><td align="center" style="padding:24px 12px">
            <table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px;background:#fffdfa;border:1px solid #e4dfd5;border-radius:12px;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;color:#1b1f2e;font-size:16px;line-height:25px">
            <tr><td style="padding:24px 28px 0;font-weight:700;font-size:18px;letter-spacing:-0.5px">Marketplace</td></tr>
            <tr><td style="padding:20px 28px 0"><p style="margin:0 0 12px">{Safe(Hello)}</p><h1 style="margin:0 0 12px;font-size:24px;line-height:30px;letter-spacing:-0.5px">{Safe(Title)}</h1><p style="margin:0">{Safe(Text)}</p></td></tr>

            """);
        if (Lines.Count > 0 || Total is not null)
        {
            html.Append("<tr><td style=\"padding:16px 28px 0\"><table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"border-top:1px solid #e4dfd5\">\n");
            foreach (var (what, amount) in Lines)
                html.Append(CultureInfo.InvariantCulture, $"<tr><td style=\"padding:10px 0;border-bottom:1px solid #e4dfd5\">{Safe(what)}</td><td align=\"right\" style=\"padding:10px 0;border-bottom:1px solid #e4dfd5;white-space:nowrap\">{Safe(amount)}</td></tr>\n");
            if (Total is { } total)
                html.Append(CultureInfo.InvariantCulture, $"<tr><td style=\"padding:10px 0;font-weight:700\">{Safe(total.Word)}</td><td align=\"right\" style=\"padding:10px 0;font-weight:700;white-space:nowrap\">{Safe(total.Amount)}</td></tr>\n");
            html.Append("</table></td></tr>\n");
        }

        html.Append(
            CultureInfo.InvariantCulture, $"""
            <tr><td style="padding:24px 28px 28px"><a href="{Safe(Link)}" style="display:inline-block;background:#1b1f2e;color:#fffdfa;text-decoration:none;font-weight:600;padding:12px 22px;border-radius:8px">{Safe(Action)}</a></td></tr>
            </table>
            <p style="max-width:560px;margin:16px auto 0;{quiet};font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">{Safe(Why)}
            """);
        if (Off is { } off) html.Append(CultureInfo.InvariantCulture, $"<br><a href=\"{Safe(off.Link)}\" style=\"{quiet}\">{Safe(off.Word)}</a>");
        return html.Append("</p>\n</td></tr></table>\n</body></html>\n").ToString();
    }

    private string Two(string what, string value) => string.Format(CultureInfo.InvariantCulture, Pair, what, value);

    private static string Safe(string text) => WebUtility.HtmlEncode(text);
}
