using System.Globalization;
using Marketplace.Catalog;
using Marketplace.Orders;
using Marketplace.Users;
using Microsoft.Extensions.Localization;

namespace Marketplace.Notifications;

/// <summary>A mail in the language of who gets it, with the titles and the address of the moment.</summary>
internal sealed class WriteMail(IUsers users, ICatalog catalog, IOrders orders, Wording wording, IStringLocalizer<Texts> texts, Unsubscribe unsubscribe, MailSettings settings)
{
    /// <summary>The culture is that of this call only: it ends with the task.</summary>
    /// <returns>Null when there is nothing to say any more.</returns>
    public async Task<Letter?> Handle(Guid id, NoticeType template, Facts facts, string link, byte[]? secret, Contact to, CancellationToken stop)
    {
        if (template == NoticeType.PasswordLink)
        {
            if (secret is null || await users.OpenPasswordLink(Asked(facts, secret, to.Account), stop) is not { } path) return null;
            link = path;
        }

        if (NoticeRule.Of(template).IsMailedLink)
        {
            if (secret is null || await users.OpenMailedLink(new MailedLinkAsked(to.Account, facts.MailedLink!.Value, OnMailedLinkAsked.PurposeOf(template), secret, facts.ExpiresAt!.Value), stop) is not { } letter) return null;
            (link, to) = (letter.Path, letter.Email is { } elsewhere ? to with { Email = elsewhere } : to);
        }

        if (template == NoticeType.ShopInvitation)
        {
            if (secret is null || await catalog.OpenInvitation(facts.Invitation!.Value, secret, stop) is not { } letter) return null;
            (link, facts) = (letter.Path, facts with { Name = letter.InvitedBy });
            // Without an account of their own the mail goes by the inviter's, and names neither.
            if (!to.Email.Equals(letter.Email, StringComparison.OrdinalIgnoreCase)) to = to with { Email = letter.Email, DisplayName = letter.Email };
        }

        if (template == NoticeType.CartLeft)
        {
            if (secret is null || facts.CartReminder is not { } reminder || await orders.OpenCartReminder(reminder, secret, stop) is not { } path) return null;
            link = path;
        }

        // Who bought as a guest, or reads on another device, is not signed in.
        if (template == NoticeType.OrderPaid && facts.Order is { } order) link = await orders.ReceiptPath(order, stop) ?? link;

        if (facts.Sanction is { } sanction) facts = facts with { Reason = await users.SanctionReason(sanction, stop) };

        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(to.Language);
        var titles = await wording.Titles([facts], stop);
        var words = wording.Of(template, facts, titles);
        var receipt = template == NoticeType.OrderPaid;
        var off = NoticeRule.Of(template).Always ? null : settings.Absolute(unsubscribe.Path(to.Account, template));
        var paper = new MailPaper(
            texts["{0}: {1}"], texts["Hello {0},", to.DisplayName], words.Title, words.Text,
            receipt ? (facts.Lines ?? []).Select(l => (wording.Title(l.Product, titles), l.Amount.ToString(CultureInfo.CurrentCulture))).ToList() : [],
            receipt ? (texts["Total"], facts.Amount?.ToString(CultureInfo.CurrentCulture) ?? "") : null,
            words.Action, settings.Absolute(link),
            template is NoticeType.Security or NoticeType.ApiKeyCreated ? texts["You get this mail because it is about the safety of your account at Marketplace."]
            : template is NoticeType.PasswordLink or NoticeType.ShopInvitation || NoticeRule.Of(template).IsMailedLink ? texts["You get this mail because somebody asked for it at Marketplace with your address."]
            : off is null && NoticeRule.Of(template).IsMoney ? texts["You get this mail because it is about your money at Marketplace."] : texts["You get this mail because you have an account at Marketplace."],
            off is null ? null : (texts["No more mails of this kind"], off));
        return new Letter(id, to.Email, to.DisplayName, to.Language, receipt ? texts["Your receipt for order {0}", facts.Number ?? 0] : words.Title, paper.Plain(), paper.Html(to.Language), off);
    }

    private static PasswordLinkAsked Asked(Facts facts, byte[] secret, Guid account) => new(
        account, facts.PasswordLink!.Value, facts.First == true ? PasswordLinkReason.Welcome : PasswordLinkReason.Forgotten, secret, facts.ExpiresAt!.Value);
}
