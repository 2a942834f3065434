using Marketplace.Notifications;
using Marketplace.Users;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Notifications;

public sealed class MailboxTests : MarketTest
{
    [Fact]
    public async Task A_developer_reads_the_mails_as_text_and_in_a_frame_that_can_do_nothing()
    {
        var ana = await Market.SignUp("<b>Ana</b>");
        await Market.Drain();
        var mail = (await Market.Mails(ana)).ShouldHaveSingleItem();
        using var visitor = Market.Visitor();
        (await visitor.Get("/dev/mailbox")).Must().Html.QuerySelector($"a[href='/dev/mailbox/{mail.Id}']").ShouldNotBeNull();
        var shown = (await visitor.Get($"/dev/mailbox/{mail.Id}")).Must();
        shown.Html.QuerySelector("pre")!.TextContent.ShouldContain("Hello <b>Ana</b>,");
        var frame = shown.Html.QuerySelector("iframe")!;
        frame.GetAttribute("sandbox").ShouldBe("allow-top-navigation-by-user-activation");

        var html = (await visitor.Get(frame.GetAttribute("src")!)).Must();
        var policy = html.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldStartWith("sandbox ");
        policy.ShouldContain("default-src 'none'");
        policy.ShouldNotContain("script");
        html.Text.ShouldContain("Hello &lt;b&gt;Ana&lt;/b&gt;,");
        html.Html.QuerySelector("a")!.GetAttribute("href").ShouldBe(Market.Address.ToString());

        (await visitor.Get($"/dev/mailbox/{WalletSteps.NewId()}")).Must(404);
        (await visitor.Get($"/dev/mailbox/{WalletSteps.NewId()}/html")).Must(404);
        (await visitor.Get("/dev/mailbox?cursor=x")).Must(400);
    }

    [Fact]
    public async Task There_is_no_such_mailbox_in_production_and_mails_wait_there_for_a_server()
    {
        await using var market = await OwnMarket.Open(adjust: services => services.AddSingleton(provider =>
            new MailSettings(provider.GetRequiredService<IConfiguration>(), new Users.SignUpTests.Production(), provider.GetRequiredService<PublicAddress>())));
        var (ana, staff) = (await market.SignUp("Ana"), await market.Staff(Rights.System));
        foreach (var path in new[] { "/dev/mailbox", $"/dev/mailbox/{WalletSteps.NewId()}", $"/dev/mailbox/{WalletSteps.NewId()}/html" }) (await staff.Visitor.Get(path)).Must(404);

        await market.Drain();
        await market.Run<SendMails>();
        (await market.MailStates(ana)).ShouldBe(["welcome queued 0"]);
        (await market.Count("SELECT count(*) FROM notifications.mailbox")).ShouldBe(0);
        (await staff.Visitor.Get("/admin/mail")).Must().Text.ShouldContain("Mail__Smtp__Host");
    }

    [Theory]
    [InlineData("Mail__Smtp__From is no address", "Mail:Smtp:From", "nobody")]
    [InlineData("Set Mail__Smtp__From", "Mail:Smtp:From", null)]
    [InlineData("Host__PublicUrl is the address", "Host:PublicUrl", "market.example")]
    [InlineData("in clear", "Mail:Smtp:User", "post")]
    public async Task A_market_with_unsafe_or_missing_settings_of_mail_does_not_start(string why, string setting, string? value)
    {
        var connectionString = await TestServer.Clone();
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Mail:Smtp:Host"] = "mail.example", ["Mail:Smtp:From"] = "post@market.example", ["Mail:Smtp:StartTls"] = "false", [setting] = value,
        };
        (await Should.ThrowAsync<InvalidOperationException>(() => TestServer.Host(connectionString, settings))).Message.ShouldContain(why);
        await TestServer.Drop(connectionString);
    }
}
