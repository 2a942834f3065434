using Marketplace.Notifications;
using Marketplace.Users;
using Marketplace.Wallet;

namespace Marketplace.Tests.Notifications;

/// <summary>Mail by a server that has good days and bad ones.</summary>
public sealed class SendingTests
{
    [Fact]
    public async Task A_mail_arrives_in_two_shapes_with_its_id_its_language_and_a_way_to_stop_it()
    {
        using var smtp = new SmtpSimulator();
        await using var market = await OwnMarket.Open(smtp.Settings);
        var zoe = await market.SignUpIn("fr");
        await market.Drain();
        await market.Run<SendMails>();
        await market.Run<SendMails>();

        var message = smtp.Messages.ShouldHaveSingleItem();
        message.To.ShouldBe(zoe.Email);
        message.Header("From").ShouldBe("\"Marketplace\" <post@market.example>");
        message.Header("Subject").ShouldBe("Bienvenue sur le marché");
        message.Header("Content-Language").ShouldBe("fr");
        message.Header("Content-Type")!.ShouldStartWith("multipart/alternative");
        message.Header("Date").ShouldNotBeNull();
        var id = (await market.Source.Command("SELECT id FROM notifications.mails WHERE account = $1", zoe.Account).Scalar<Guid>()).ToString("N");
        message.Id.ShouldBe($"<{id}@market.example>");
        message.Header("List-Unsubscribe-Post").ShouldBe("List-Unsubscribe=One-Click");
        message.Header("List-Unsubscribe")!.Replace(" ", "").ShouldStartWith("<https://market.example/unsubscribe/");
        message.Part("text/plain").ShouldContain("Bonjour Zoé,");
        message.Part("text/plain").ShouldContain("https://market.example/");
        message.Part("text/html").ShouldContain("<h1 style=");
        (await market.MailStates(zoe)).ShouldBe(["welcome sent 1"]);
        (await market.Count("SELECT count(*) FROM notifications.mailbox")).ShouldBe(0);
        (await zoe.Visitor.Get("/dev/mailbox")).Must(404);

        using var program = market.Visitor();
        var link = message.Header("List-Unsubscribe")!.Replace(" ", "").Trim('<', '>');
        (await program.Post(new Uri(link).PathAndQuery, new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]))).Must(200);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_server_that_says_later_is_asked_later_with_growing_pauses_and_is_given_up_in_the_end()
    {
        using var smtp = new SmtpSimulator { Misbehave = said => said.StartsWith("RCPT", StringComparison.Ordinal) ? "450 <x@example.com> busy, come back" : null };
        await using var market = await OwnMarket.Open(smtp.Settings);
        var ana = await market.SignUp();
        await market.Drain();
        await market.Run<SendMails>();
        await market.Run<SendMails>();
        (await market.MailStates(ana)).ShouldBe(["welcome queued 1"]);
        var pauses = new List<TimeSpan>();
        for (var attempt = 1; attempt < SendMails.MaxAttempts; attempt++)
        {
            var wait = await market.Source.Command("SELECT next_at FROM notifications.mails WHERE account = $1", ana.Account).Scalar<DateTime>() - market.Clock.GetUtcNow().UtcDateTime;
            pauses.Add(wait);
            market.Clock.Walk(wait - TimeSpan.FromSeconds(1));
            await market.Run<SendMails>();
            (await market.MailStates(ana)).ShouldBe([$"welcome queued {attempt}"]);
            market.Clock.Walk(TimeSpan.FromSeconds(1));
            await market.Run<SendMails>();
        }

        pauses.ShouldBe(pauses.Order());
        pauses[0].ShouldBe(TimeSpan.FromMinutes(1));
        pauses[^1].ShouldBe(TimeSpan.FromHours(12));
        (await market.MailStates(ana)).ShouldBe([$"welcome failed {SendMails.MaxAttempts}"]);
        (await market.Source.Command("SELECT error FROM notifications.mails").Scalar<string>())!.ShouldContain("busy, come back");
        market.Clock.Walk(TimeSpan.FromDays(3));
        await market.Run<SendMails>();
        (await market.MailStates(ana)).ShouldBe([$"welcome failed {SendMails.MaxAttempts}"]);
        smtp.Messages.ShouldBeEmpty();
        await market.BooksMustHold();
    }

    [Fact]
    public async Task An_address_that_does_not_exist_is_tried_once_and_not_kept_in_the_error()
    {
        using var smtp = new SmtpSimulator();
        await using var market = await OwnMarket.Open(smtp.Settings);
        var (gone, ana) = (await market.SignUp("Gone"), await market.SignUp("Ana"));
        smtp.Misbehave = said => said.Contains($"<{gone.Email}>", StringComparison.Ordinal) ? $"550 5.1.1 <{gone.Email}> no such user, ask postmaster@mail.example" : null;
        await market.Drain();
        await market.Run<SendMails>();
        (await market.MailStates(gone)).ShouldBe(["welcome failed 1"]);
        (await market.MailStates(ana)).ShouldBe(["welcome sent 1"]);
        var error = await market.Source.Command("SELECT error FROM notifications.mails WHERE account = $1", gone.Account).Scalar<string>();
        error!.ShouldContain("no such user");
        error!.ShouldNotContain("@");
        await market.BooksMustHold();
    }

    [Theory]
    [InlineData(SmtpSimulator.Drop)]
    [InlineData("451 disk is full")]
    public async Task When_nobody_knows_whether_it_arrived_it_goes_again_as_the_same_message(string instead)
    {
        using var smtp = new SmtpSimulator();
        var first = true;
        smtp.Misbehave = said =>
        {
            if (said != "." || !first) return null;
            first = false;
            return instead;
        };
        await using var market = await OwnMarket.Open(smtp.Settings);
        var ana = await market.SignUp();
        await market.Drain();
        await market.Run<SendMails>();
        (await market.MailStates(ana)).ShouldBe(["welcome queued 1"]);
        market.Clock.Walk(TimeSpan.FromMinutes(2));
        await market.Run<SendMails>();
        (await market.MailStates(ana)).ShouldBe(["welcome sent 2"]);
        smtp.Messages.Count.ShouldBe(2);
        smtp.Messages.Select(m => m.Id).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_message_that_is_refused_for_what_it_is_is_not_sent_again()
    {
        using var smtp = new SmtpSimulator { Misbehave = said => said == "." ? "554 looks like advertising" : null };
        await using var market = await OwnMarket.Open(smtp.Settings);
        var ana = await market.SignUp();
        await market.Drain();
        await market.Run<SendMails>();
        (await market.MailStates(ana)).ShouldBe(["welcome failed 1"]);
    }

    [Theory]
    [InlineData("CONNECT")]
    [InlineData("DATA")]
    public async Task A_server_that_says_nothing_is_left_after_a_while_and_the_others_wait_untried(string when)
    {
        using var smtp = new SmtpSimulator { Misbehave = said => said == when ? SmtpSimulator.Hang : null };
        var settings = smtp.Settings;
        settings["Mail:Smtp:TimeoutSeconds"] = "2";
        await using var market = await OwnMarket.Open(settings);
        for (var i = 0; i < 9; i++) await market.SignUp();
        await market.Drain();
        await market.Run<SendMails>();
        (await market.Count("SELECT count(*) FROM notifications.mails WHERE state = 'queued' AND attempts = 1")).ShouldBe(4);
        (await market.Count("SELECT count(*) FROM notifications.mails WHERE state = 'queued' AND attempts = 0")).ShouldBe(5);

        smtp.Misbehave = _ => null;
        for (var turn = 0; turn < 5; turn++)
        {
            market.Clock.Walk(TimeSpan.FromMinutes(20));
            await market.Run<SendMails>();
        }

        (await market.Count("SELECT count(*) FROM notifications.mails WHERE state = 'sent'")).ShouldBe(9);
    }

    [Fact]
    public async Task A_host_that_dies_after_sending_loses_nothing_and_another_sends_the_same_message()
    {
        using var smtp = new SmtpSimulator();
        await using var market = await OwnMarket.Open(smtp.Settings);
        var other = await market.AnotherHost(smtp.Settings);
        var (nova, ana) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var beat = await nova.PublishBeat(price: 1_000);
        await market.Drain();
        await market.Run<SendMails>();
        await ana.Buy(beat);
        await market.Drain();
        var before = smtp.Messages.Count;

        market.Faults.Passing = point =>
        {
            if (point == Faults.AfterProviderCall) throw new Faults.Crash(point);
        };
        await Should.ThrowAsync<Faults.Crash>(() => market.Run<SendMails>());
        market.Faults.Passing = null;
        (await market.MailStates(ana)).ShouldContain("order_paid sending 1");

        await other.Run<SendMails>();
        (await market.MailStates(ana)).ShouldContain("order_paid sending 1", "the first may still live");
        market.Clock.Walk(SendMails.InHand);
        await Task.WhenAll(other.Run<SendMails>(), market.Run<SendMails>());
        (await market.MailStates(ana)).ShouldBe(["order_paid sent 2", "welcome sent 1"]);
        (await market.MailStates(nova)).ShouldBe(["sale sent 2", "welcome sent 1"]);
        var receipts = smtp.Messages.Where(m => m.To == ana.Email && m.Header("Subject")!.Contains("receipt")).ToList();
        receipts.Count.ShouldBe(2);
        receipts.Select(m => m.Id).Distinct().ShouldHaveSingleItem();
        smtp.Messages.Count.ShouldBe(before + 4);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Eight_senders_on_two_hosts_send_each_mail_once()
    {
        using var smtp = new SmtpSimulator();
        await using var market = await OwnMarket.Open(smtp.Settings);
        var other = await market.AnotherHost(smtp.Settings);
        var ana = await market.SignUp();
        await market.Happen(Enumerable.Range(1, 60).Select(i => (IEvent)new HoldReleased(ana.Account, Money.Of(i, "EUR"), Money.Of(0, "EUR"), 1)).ToArray());
        // A turn ends after a while, so that other jobs have theirs: on a slow machine there are several.
        for (var turn = 0; turn < 5 && smtp.Messages.Count < 61; turn++)
            await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? market : other).Run<SendMails>()));
        smtp.Messages.Count.ShouldBe(61);
        smtp.Messages.Select(m => m.Id).Distinct().Count().ShouldBe(61);
        (await market.Count("SELECT count(*) FROM notifications.mails WHERE state = 'sent' AND attempts = 1")).ShouldBe(61);
    }

    [Fact]
    public async Task A_password_is_never_said_to_a_server_that_does_not_encrypt_and_nothing_to_one_that_is_another()
    {
        foreach (var offersTls in new[] { false, true })
        {
            using var smtp = new SmtpSimulator(offersTls);
            var settings = smtp.Settings;
            (settings["Mail:Smtp:StartTls"], settings["Mail:Smtp:User"], settings["Mail:Smtp:Password"]) = ("true", "post", "hunter2hunter2");
            await using var market = await OwnMarket.Open(settings);
            var ana = await market.SignUp();
            await market.Drain();
            await market.Run<SendMails>();
            (await market.MailStates(ana)).ShouldBe(["welcome queued 1"]);
            smtp.Messages.ShouldBeEmpty();
            smtp.Said.ShouldNotContain(s => s.Contains("hunter2") || s.StartsWith("AUTH"));
            smtp.Said.Contains("STARTTLS").ShouldBe(offersTls);
        }
    }

    [Fact]
    public async Task A_server_on_the_same_machine_may_ask_for_a_password_in_clear()
    {
        using var smtp = new SmtpSimulator();
        var settings = smtp.Settings;
        (settings["Mail:Smtp:User"], settings["Mail:Smtp:Password"]) = ("post", "hunter2hunter2");
        await using var market = await OwnMarket.Open(settings);
        await market.SignUp();
        await market.Drain();
        await market.Run<SendMails>();
        smtp.Messages.Count.ShouldBe(1);
        smtp.Said.ShouldContain("hunter2hunter2");
    }

    [Fact]
    public async Task A_title_cannot_become_a_header()
    {
        using var smtp = new SmtpSimulator();
        await using var market = await OwnMarket.Open(smtp.Settings);
        var nova = await market.SignUp("Nova");
        var beat = await nova.PublishBeat(price: 1_000);
        await TestServer.Execute(market.ConnectionString, $"UPDATE catalog.products SET title = E'Kite\\r\\nBcc: all@example.com' WHERE id = '{beat.Product}'");
        await market.Happen(new Marketplace.Catalog.ProductApproved(beat.Product, WalletSteps.NewId(), nova.Account));
        await market.Run<SendMails>();
        var message = smtp.Messages.Single(m => m.Header("Subject")!.Contains("Kite"));
        message.Header("Bcc").ShouldBeNull();
        message.Header("Subject").ShouldBe("Kite  Bcc: all@example.com is on sale");
    }

    [Fact]
    public async Task Nobody_is_written_to_after_their_erasure_and_the_others_are()
    {
        using var smtp = new SmtpSimulator();
        await using var market = await OwnMarket.Open(smtp.Settings);
        var (gone, ana) = (await market.SignUp("Gone"), await market.SignUp("Ana"));
        await market.Drain();
        await TestServer.Execute(market.ConnectionString, $"UPDATE users.accounts SET status = 'deleted' WHERE id = '{gone.Account}'");
        await market.Run<SendMails>();
        (await market.MailStates(gone)).ShouldBe(["welcome dropped 1"]);
        smtp.Messages.ShouldHaveSingleItem().To.ShouldBe(ana.Email);
    }

    [Fact]
    public async Task A_link_to_choose_a_password_is_mailed_in_clear_and_kept_sealed_and_then_not_at_all()
    {
        using var smtp = new SmtpSimulator();
        await using var market = await OwnMarket.Open(smtp.Settings);
        var zoe = await market.SignUpIn("fr");
        (await zoe.Visitor.Post("/api/v1/password-links", new { email = zoe.Email })).Must(204);
        await market.Drain();
        (await market.Count("SELECT count(*) FROM notifications.mails WHERE template = 'password_link' AND secret IS NOT NULL")).ShouldBe(1);
        await market.Run<SendMails>();
        await market.HearAgain(zoe.Account);
        await market.Run<SendMails>();

        var message = smtp.Messages.Single(m => m.Header("Subject") == "Choisissez un nouveau mot de passe");
        message.Header("List-Unsubscribe").ShouldBeNull();
        var link = System.Text.RegularExpressions.Regex.Match(message.Part("text/plain"), @"https://market\.example(/choose-password\?token=\S+)").Groups[1].Value;
        (await zoe.Visitor.Get(link)).Must().Text.ShouldContain(zoe.Email);
        var token = link.Split("token=")[1];
        (await market.Count("SELECT count(*) FROM notifications.mails WHERE secret IS NOT NULL OR data::text LIKE '%' || $1 || '%' OR link LIKE '%' || $1 || '%'", token)).ShouldBe(0);
        (await zoe.Notices("")).ShouldNotContain(n => n.Type() == "password_link");
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_link_that_has_become_worthless_is_not_mailed()
    {
        using var smtp = new SmtpSimulator();
        await using var market = await OwnMarket.Open(smtp.Settings);
        var ana = await market.SignUp();
        (await ana.Visitor.Post("/api/v1/password-links", new { email = ana.Email })).Must(204);
        await market.Drain();
        market.Clock.Walk(TimeSpan.FromHours(25));
        await market.Run<SendMails>();
        (await market.MailStates(ana)).ShouldBe(["password_link dropped 1", "welcome sent 1"]);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Mails_are_forgotten_after_a_season_but_not_those_that_failed()
    {
        using var smtp = new SmtpSimulator();
        await using var market = await OwnMarket.Open(smtp.Settings);
        var (gone, _) = (await market.SignUp("Gone"), await market.SignUp("Ana"));
        smtp.Misbehave = said => said.Contains($"<{gone.Email}>", StringComparison.Ordinal) ? "550 no" : null;
        await market.Drain();
        await market.Run<SendMails>();
        market.Clock.Walk(TimeSpan.FromDays(91));
        await market.Run<PurgeMails>();
        (await market.Source.Command("SELECT state FROM notifications.mails").List(r => r.GetString(0))).ShouldBe(["failed"]);
    }

    [Fact]
    public async Task The_operator_sees_what_failed_and_why_and_sends_it_again()
    {
        using var smtp = new SmtpSimulator { Misbehave = said => said.StartsWith("RCPT", StringComparison.Ordinal) ? "550 we do not know you" : null };
        await using var market = await OwnMarket.Open(smtp.Settings);
        var (ana, staff, other) = (await market.SignUp("Ana"), await market.Staff(Rights.System), await market.Staff(Rights.Support));
        await market.Drain();
        await market.Run<SendMails>();
        (await other.Visitor.Get("/admin/mail")).Must(403);
        (await ana.Visitor.Get("/admin/mail")).Must(403);
        var page = (await staff.Visitor.Get("/admin/mail?state=failed")).Must();
        page.Html.QuerySelectorAll("main tbody tr").Length.ShouldBe(3);
        page.Text.ShouldContain("we do not know you");
        page.Text.ShouldNotContain(ana.Email);
        page.Html.QuerySelectorAll(".filters a").Select(a => string.Join(' ', a.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).ShouldBe(["Every state 3", "Waiting 0", "Being sent 0", "Sent 0", "Failed 3", "Dropped 0"]);
        (await staff.Visitor.Get("/admin/mail?state=nonsense")).Status.ShouldBeLessThan(500);

        smtp.Misbehave = _ => null;
        (await staff.Visitor.Submit("/admin/mail?state=failed", "main tbody form", new Dictionary<string, string?>())).Must(302).Location.ShouldBe("/admin/mail?state=failed");
        await market.Run<SendMails>();
        smtp.Messages.Count.ShouldBe(1);
        (await market.Count("SELECT count(*) FROM notifications.mails WHERE state = 'sent'")).ShouldBe(1);

        // What is sent already cannot be sent again by an old page.
        (await staff.Visitor.Submit(page, "/admin/mail?state=failed", "main tbody form", new Dictionary<string, string?>())).Must(409).Text.ShouldContain("does not wait for another try");
        await market.BooksMustHold();
    }
}
