using System.Globalization;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.Extensions.Localization;

namespace Marketplace.Notifications;

/// <summary>A mail in the language of who gets it, with the titles and the address of the moment.</summary>
internal sealed class WriteMail(Wording wording, IStringLocalizer<Texts> texts, Unsubscribe unsubscribe, MailSettings settings)
{
    /// <summary>The culture is that of this call only: it ends with the task.</summary>
    public async Task<Letter> Handle(Guid id, NoticeType template, Facts facts, string link, Contact to, CancellationToken stop)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(to.Language);
        var titles = await wording.Titles([facts], stop);
        var words = wording.Of(template, facts, titles);
        var receipt = template == NoticeType.OrderPaid;
        var off = NoticeRule.Of(template).Always ? null : settings.Absolute(unsubscribe.Path(to.Account, template));
        var paper = new MailPaper(
            texts["Hello {0},", to.DisplayName], words.Title, words.Text,
            receipt ? (facts.Lines ?? []).Select(l => (wording.Title(l.Product, titles), l.Amount.ToString())).ToList() : [],
            receipt ? (texts["Total"], facts.Amount?.ToString() ?? "") : null,
            words.Action, settings.Absolute(link),
            off is null ? texts["You get this mail because it is about your money at Marketplace."] : texts["You get this mail because you have an account at Marketplace."],
            off is null ? null : (texts["No more mails of this kind"], off));
        return new Letter(id, to.Email, to.DisplayName, to.Language, receipt ? texts["Your receipt for order {0}", facts.Number ?? 0] : words.Title, paper.Plain(), paper.Html(to.Language), off);
    }
}
