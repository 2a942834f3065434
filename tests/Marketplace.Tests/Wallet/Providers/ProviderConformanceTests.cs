using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Wallet.Providers;

/// <summary>What the market relies on, asked of every provider in the same words.</summary>
public sealed class ProviderConformanceTests(ProviderMarket given) : IClassFixture<ProviderMarket>, IAsyncLifetime
{
    private static readonly string[] All = [SandboxProvider.Name, StripeApi.Name, PayPalApi.Name, PciVaultApi.Name];

    public static TheoryData<string> Providers => new(All);

    public static TheoryData<string> Outside => new(All[1..]);

    private OwnMarket Market => given.Market;

    public Task InitializeAsync() => Task.CompletedTask;

    // Whatever a test did, the provider has nothing to complain about, and the books hold.
    public async Task DisposeAsync()
    {
        foreach (var world in All.Select(given.World)) world.Simulator?.TakeComplaints().ShouldBeEmpty();
        await Market.BooksMustHold();
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task It_takes_the_money_once_and_says_what_it_keeps(string provider)
    {
        var (world, payment) = await Pay(provider, Will.Pays);
        payment.State.ShouldBe(PaymentState.Captured);
        (await world.Books(payment.Id)).ShouldBe((5_000, 0, 1));
        var fee = provider == PayPalApi.Name ? 224 : 175;
        (await Charge(payment.Id)).Fee.ShouldBe(fee);
        (await Market.Balance("order_funding", reference: payment.Subject.ToString())).ShouldBe(5_000);
        // The same again is the same payment.
        (await Submit(payment.Id)).State.ShouldBe(PaymentState.Captured);
        (await world.Books(payment.Id)).ShouldBe((5_000, 0, 1));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task It_declines(string provider)
    {
        var (world, payment) = await Pay(provider, Will.IsDeclined);
        (payment.State, payment.FailureCode).ShouldBe((PaymentState.Failed, "card_declined"));
        (await world.Books(payment.Id)).Taken.ShouldBe(0);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task It_asks_the_payer_who_says_yes(string provider)
    {
        var (world, payment) = await Start(provider, Will.AsksThePayer);
        (payment.State, payment.ActionUrl).ShouldBe((PaymentState.NeedsAction, payment.ActionUrl.ShouldNotBeNull()));
        (await Submit(payment.Id)).State.ShouldBe(PaymentState.NeedsAction, "nobody has answered yet");
        await world.Answer(payment.Id, true);
        (await Submit(payment.Id)).State.ShouldBe(PaymentState.Captured);
        (await world.Books(payment.Id)).ShouldBe((5_000, 0, 1));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task It_asks_the_payer_who_says_no(string provider)
    {
        var (world, payment) = await Start(provider, Will.AsksThePayer);
        await world.Answer(payment.Id, false);
        var ended = await Submit(payment.Id);
        ended.State.ShouldBe(PaymentState.Failed);
        ended.FailureCode.ShouldBeOneOf("authentication_failed", "action_expired");
        (await world.Books(payment.Id)).Taken.ShouldBe(0);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task It_asks_the_payer_who_comes_too_late(string provider)
    {
        var (world, payment) = await Start(provider, Will.AsksThePayer);
        given.Walk(TimeSpan.FromMinutes(31));
        (await Submit(payment.Id)).FailureCode.ShouldBe("action_expired");
        try
        {
            await world.Answer(payment.Id, true);
        }
        catch (InvalidOperationException)
        {
            // There is nothing left to answer.
        }

        (await Submit(payment.Id)).State.ShouldBe(PaymentState.Failed);
        (await world.Books(payment.Id)).Taken.ShouldBe(0);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Its_answer_is_lost_after_it_took_the_money_and_it_has_taken_it_once(string provider)
    {
        var (world, payment) = await Pay(provider, Will.LosesTheAnswer);
        payment.State.ShouldBeOneOf(PaymentState.Unknown, PaymentState.NeedsAction);
        given.Walk(TimeSpan.FromMinutes(1));
        (await Submit(payment.Id)).State.ShouldBe(PaymentState.Captured);
        (await world.Books(payment.Id)).ShouldBe((5_000, 0, 1));
    }

    [Theory, MemberData(nameof(Outside))]
    public async Task It_fails_before_it_did_anything_and_does_it_the_second_time(string provider)
    {
        var (world, payment) = await Start(provider, Will.FailsOnce);
        payment.State.ShouldBe(PaymentState.Unknown);
        (await world.Books(payment.Id)).ShouldBe((0, 0, 0));
        payment = await Submit(payment.Id);
        if (world.AlwaysAsks)
        {
            await world.Answer(payment.Id, true);
            payment = await Submit(payment.Id);
        }

        payment.State.ShouldBe(PaymentState.Captured);
        (await world.Books(payment.Id)).ShouldBe((5_000, 0, 1));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_same_payment_asked_for_many_times_at_once_is_taken_once(string provider)
    {
        var (world, payment) = await Start(provider, Will.Pays, submit: false);
        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Submit(payment.Id)));
        if (world.AlwaysAsks)
        {
            await world.Answer(payment.Id, true);
            all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Submit(payment.Id)));
        }

        (await Submit(payment.Id)).State.ShouldBe(PaymentState.Captured);
        (await world.Books(payment.Id)).ShouldBe((5_000, 0, 1));
        all.ShouldNotContain(p => p.State == PaymentState.Failed);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task It_gives_back_in_parts_and_never_more_than_it_took(string provider)
    {
        var (world, payment) = await Pay(provider, Will.Pays);
        var (first, second, third) = (Refund(payment, 1_500), Refund(payment, 3_500), Refund(payment, 1));

        (await GiveBack(payment, first)).ShouldBeOfType<RefundOutcome.Done>();
        (await GiveBack(payment, first)).ShouldBeOfType<RefundOutcome.Done>("the same refund again is the same");
        (await world.Books(payment.Id)).ShouldBe((5_000, 1_500, 1));
        (await GiveBack(payment, second)).ShouldBeOfType<RefundOutcome.Done>();
        (await GiveBack(payment, third)).ShouldBe(new RefundOutcome.Declined("refund_too_high"));
        (await world.Books(payment.Id)).ShouldBe((5_000, 5_000, 1));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task It_refuses_to_give_back(string provider)
    {
        var (world, payment) = await Pay(provider, Will.RefusesRefunds);
        (await GiveBack(payment, Refund(payment, 500))).ShouldBe(new RefundOutcome.Declined("refund_refused"));
        (await world.Books(payment.Id)).GivenBack.ShouldBe(0);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Its_answer_to_a_refund_is_lost_and_it_gave_back_once(string provider)
    {
        var (world, payment) = await Pay(provider, Will.LosesTheAnswerToRefunds);
        var refund = Refund(payment, 2_000);
        await Should.ThrowAsync<Exception>(() => GiveBack(payment, refund));
        refund.LoseSight(given.Now);
        (await GiveBack(payment, refund)).ShouldBeOfType<RefundOutcome.Done>();
        (await world.Books(payment.Id)).ShouldBe((5_000, 2_000, 1));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task It_holds_what_it_wants_looked_at_until_the_market_takes_it(string provider)
    {
        var (world, payment) = await Pay(provider, Will.WantsAReview);
        payment.State.ShouldBe(PaymentState.Authorised);
        (await world.Books(payment.Id)).Taken.ShouldBe(0);
        (await Submit(payment.Id)).State.ShouldBe(PaymentState.Authorised, "nobody has decided yet");

        (await Submit(payment.Id, take: true)).State.ShouldBe(PaymentState.Captured);
        (await Submit(payment.Id, take: true)).State.ShouldBe(PaymentState.Captured);
        (await world.Books(payment.Id)).ShouldBe((5_000, 0, 1));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task It_holds_what_it_wants_looked_at_until_the_market_gives_it_up(string provider)
    {
        var (world, payment) = await Pay(provider, Will.WantsAReview);
        var ended = await Submit(payment.Id, take: false);
        (ended.State, ended.FailureCode).ShouldBe((PaymentState.Failed, "payment_voided"));
        (await Submit(payment.Id, take: true)).State.ShouldBe(PaymentState.Failed, "what was given up is not taken later");
        (await world.Books(payment.Id)).Taken.ShouldBe(0);
    }

    [Theory]
    [InlineData(StripeApi.Name, true)]
    [InlineData(StripeApi.Name, false)]
    [InlineData(PayPalApi.Name, true)]
    [InlineData(PayPalApi.Name, false)]
    [InlineData(PciVaultApi.Name, true)]
    [InlineData(PciVaultApi.Name, false)]
    public async Task What_staff_decided_is_carried_out_when_it_does_not_answer_at_first(string provider, bool take)
    {
        var staff = await Market.Staff(Rights.Finance);
        var (world, payment) = await Pay(provider, Will.WantsAReview);
        world.Simulator!.Silences.Enqueue(false);
        world.Simulator.Silences.Enqueue(true);

        (await staff.Visitor.Post($"/api/v1/payments/{payment.Id}/decision", new { take, reason = "x" })).MustRefuse(422, "invalid");
        var decided = (await staff.Visitor.Post($"/api/v1/payments/{payment.Id}/decision", new { take, reason = "Known for years." })).Must().Json;
        (decided.State(), decided.GetProperty("decision").GetString()).ShouldBe(("authorised", take ? "take" : "give_up"));
        (await staff.Visitor.Post($"/api/v1/payments/{payment.Id}/decision", new { take = !take, reason = "Or not." })).MustRefuse(409, "payment_not_in_review");
        (await staff.Visitor.Get("/api/v1/payment-reviews")).Must().Text.ShouldContain(payment.Id.ToString());

        foreach (var _ in Enumerable.Range(0, 2))
        {
            given.Walk(TimeSpan.FromMinutes(3));
            await Market.Run<SweepPayments>();
        }

        var ended = await Charge(payment.Id);
        (ended.State, ended.FailureCode).ShouldBe(take ? (PaymentState.Captured, null) : (PaymentState.Failed, "payment_voided"));
        (await world.Books(payment.Id)).Taken.ShouldBe(take ? 5_000 : 0);
        world.Simulator.Silences.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task It_tells_its_fee_later(string provider)
    {
        var (_, payment) = await Pay(provider, Will.TellsTheFeeLater);
        payment.State.ShouldBe(PaymentState.Captured);
        (await Charge(payment.Id)).Fee.ShouldBeNull();
        given.Walk(TimeSpan.FromMinutes(61));
        await Market.Run<LearnFees>();
        (await Charge(payment.Id)).Fee.ShouldNotBeNull().ShouldBeGreaterThan(100);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task It_keeps_a_way_to_pay_charges_it_again_alone_and_forgets_it(string provider)
    {
        var world = given.World(provider);
        var ana = await Market.SignUp();
        var (_, first) = await Pay(provider, Will.Pays, ana, save: true);
        first.State.ShouldBe(PaymentState.Captured);
        var saved = (await Saved(ana)).ShouldHaveSingleItem();
        (saved.Method, saved.IsDefault, saved.Usable).ShouldBe((world.Method, true, true));

        // A renewal: nobody is there to approve anything.
        await world.Card(Will.Pays);
        var (_, again) = await Start(provider, null, ana, token: saved.Token, offSession: true);
        (again.State, again.FailureCode).ShouldBe((PaymentState.Captured, null));
        (await world.Books(again.Id)).ShouldBe((5_000, 0, 1));

        (await ana.Visitor.Send(HttpMethod.Delete, $"/api/v1/payment-methods/{saved.Id}", null)).Must(204);
        (await Saved(ana)).ShouldBeEmpty();
        await Market.Run<ForgetMethods>();
        (await Market.Everything.Command("SELECT count(*) FROM wallet.payment_methods WHERE account = $1", ana.Account).Scalar<long>()).ShouldBe(0);
        (await LedgerTests.Outcome(() => Start(provider, null, ana, token: saved.Token))).ShouldBe("422 payment_method_gone");
    }

    [Theory, MemberData(nameof(Outside))]
    public async Task Its_events_prove_themselves_and_forged_altered_and_old_ones_do_not(string provider)
    {
        var (world, payment) = await Pay(provider, Will.Pays);
        var happened = world.Simulator!.Happened.ToList();
        var about = happened.Last(e => e.Body.ToJsonString().Contains(payment.Id.ToString(), StringComparison.Ordinal));

        var good = await Read(world, world.Simulator.Send(about));
        (good.Id, good.News).ShouldBe((about.Id, new ProviderNews.OfPayment(payment.Id)));
        (await LedgerTests.Outcome(() => Read(world, world.Simulator.Send(about, forged: true)))).ShouldBe("400 signature_invalid");
        (await LedgerTests.Outcome(() => Read(world, world.Simulator.Send(about, altered: true)))).ShouldBe("400 signature_invalid");
        (await LedgerTests.Outcome(() => Read(world, world.Simulator.Send(about, late: TimeSpan.FromDays(4))))).ShouldBe("400 signature_invalid");
        (await LedgerTests.Outcome(() => Read(world, world.Simulator.Send(about) with { Headers = [] }))).ShouldBe("400 signature_invalid");
    }

    [Theory, MemberData(nameof(Outside))]
    public async Task Its_books_and_disputes_can_be_read(string provider)
    {
        var since = given.Now;
        var (world, payment) = await Pay(provider, Will.Pays);
        var refund = Refund(payment, 700);
        await GiveBack(payment, refund);
        var reference = Dispute(world, payment.Id);
        given.Walk(TimeSpan.FromSeconds(2));

        await using var scope = Market.Services.CreateAsyncScope();
        var movements = await scope.ServiceProvider.GetServices<IProviderReport>().Single(r => r.Key == provider).Movements(since, given.Now, default);
        movements.Where(m => m.Ours == payment.Id && m.Kind == "payment").ShouldHaveSingleItem().Amount.Minor.ShouldBe(5_000);
        movements.Where(m => m.Ours == refund.Id && m.Kind == "refund").ShouldHaveSingleItem().Amount.Minor.ShouldBe(-700);
        movements.ShouldContain(m => m.Kind == "dispute" && m.Amount.Minor == -4_300);
        (await scope.ServiceProvider.GetServices<IProviderReport>().Single(r => r.Key == provider).Movements(since - TimeSpan.FromSeconds(1), since, default)).ShouldNotContain(m => m.Ours == payment.Id);

        var desk = scope.ServiceProvider.GetServices<IDisputeDesk>().Single(d => d.Key == provider);
        var dispute = (await desk.Fetch(reference, default)).ShouldNotBeNull();
        (dispute.Payment, dispute.Amount.Minor, dispute.State).ShouldBe((payment.Id, 4_300, ProviderDisputeState.NeedsResponse));
        var (png, webp) = (Picture.Png(8, 8), "RIFF0000WEBP"u8.ToArray());
        EvidenceFile[] files =
        [
            new(WalletSteps.NewId(), "Été.png", "image/png", png.Length, () => new MemoryStream(png)), new(WalletSteps.NewId(), "chat.webp", "image/webp", webp.Length, () => new MemoryStream(webp)),
            .. Enumerable.Range(0, 3).Select(n => new EvidenceFile(WalletSteps.NewId(), $"{n}.png", "image/png", n == 0 ? 60_000_000 : png.Length, () => new MemoryStream(png))),
        ];
        if (provider != StripeApi.Name) files = files[..2];
        await desk.Answer(reference, "It was downloaded twice.", files, default);
        await desk.Answer(reference, "It was downloaded twice.", files, default);
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(png));
        if (provider == StripeApi.Name) given.Stripe.Shown(reference).ShouldBe([hash, hash, hash], "one is too large");
        if (provider == PayPalApi.Name) given.PayPal.Shown(reference).ShouldBe([hash]);
        (await desk.Fetch(reference, default))!.State.ShouldBe(ProviderDisputeState.UnderReview);
        (await desk.Fetch("dp_nobody_knows", default)).ShouldBeNull();
        (await Read(world, world.Simulator!.Send(world.Simulator.Happened.Last()))).News.ShouldBe(new ProviderNews.OfDispute(reference));
    }

    [Theory]
    [InlineData(Will.Pays, PaymentState.Captured)]
    [InlineData(Will.WantsAReview, PaymentState.Authorised)]
    public async Task Who_brings_no_card_types_it_on_Stripes_own_page(Will will, PaymentState state)
    {
        var ana = await Market.SignUp();
        var (world, payment) = await Start(StripeApi.Name, null, ana, save: true);
        (payment.State, payment.NextPage).ShouldBe((PaymentState.NeedsAction, null), "a form sends nobody out of the market");
        (await ana.Visitor.Get($"/wallet/payments/{payment.Id}")).Must().Html.QuerySelector($"a[href='{payment.ActionUrl}']").ShouldNotBeNull();
        (await ana.Visitor.Get($"/wallet/payments/{payment.Id}/back")).Must(302).Location.ShouldBe($"/orders/{payment.Subject}");
        (await Submit(payment.Id)).State.ShouldBe(PaymentState.NeedsAction);

        given.Stripe.Type(payment.Id, will);
        (await ana.Visitor.Get($"/wallet/payments/{payment.Id}/back")).Must(302);
        (await Submit(payment.Id)).State.ShouldBe(state);
        (await world.Books(payment.Id)).ShouldBe((state == PaymentState.Captured ? 5_000 : 0, 0, 1));
        (await Saved(ana)).Count.ShouldBe(state == PaymentState.Captured ? 1 : 0);
    }

    [Fact]
    public async Task Stripes_own_page_is_closed_when_nobody_has_typed_in_time()
    {
        var (world, payment) = await Start(StripeApi.Name, null);
        given.Walk(TimeSpan.FromMinutes(31));
        (await Submit(payment.Id)).FailureCode.ShouldBe("action_expired");
        Should.Throw<Exception>(() => given.Stripe.Type(payment.Id, Will.Pays));
        (await world.Books(payment.Id)).ShouldBe((0, 0, 0));
    }

    [Theory]
    [InlineData(StripeApi.Name, "JPY", 5_000, "captured")]
    [InlineData(StripeApi.Name, "KWD", 5_010, "captured")]
    [InlineData(StripeApi.Name, "KWD", 5_011, "422 amount_not_payable")]
    [InlineData(PayPalApi.Name, "JPY", 5_000, "needs_action")]
    [InlineData(PayPalApi.Name, "KWD", 5_010, "422 amount_not_payable")]
    [InlineData(PciVaultApi.Name, "KWD", 5_011, "captured")]
    public async Task Sums_go_out_in_the_units_that_the_provider_counts(string provider, string currency, long minor, string outcome)
    {
        var (ana, world) = (await Market.SignUp(), given.World(provider));
        var answer = await ana.Visitor.Post("/api/v1/wallet/top-ups",
            new { amount = new { amount = minor, currency }, payment_method = world.Method, payment_token = await world.Card(Will.Pays) }, WalletSteps.Key());
        (answer.Status == 201 ? answer.Json.GetProperty("state").GetString() : $"{answer.Status} {answer.Code}").ShouldBe(outcome, answer.Text);
        if (outcome == "captured") (await world.Books(answer.Json.Id())).Taken.ShouldBe(minor);
    }

    [Fact]
    public async Task PayPals_token_is_fetched_once_and_again_when_it_ends()
    {
        await Pay(PayPalApi.Name, Will.Pays);
        var before = given.PayPal.TokensGiven;
        await Pay(PayPalApi.Name, Will.Pays);
        given.PayPal.TokensGiven.ShouldBe(before);
        given.PayPal.EndTokens();
        (await Pay(PayPalApi.Name, Will.Pays)).Payment.State.ShouldBe(PaymentState.Captured);
    }

    [Fact]
    public async Task The_back_office_shows_who_is_configured_and_no_key()
    {
        await Pay(StripeApi.Name, Will.Pays);
        var page = (await (await Market.Staff(Rights.Finance)).Visitor.Get("/admin/providers")).Must().Text;
        foreach (var name in new[] { "Sandbox", "Stripe", "PayPal", "PCI Vault" }) page.ShouldContain(name);
        page.ShouldNotContain("sk_test");
    }

    [Theory]
    [InlineData("Wallet:Providers:Stripe:WebhookSecret", "whsec_x", "Wallet__Providers__Stripe__SecretKey is missing")]
    [InlineData("Wallet:Providers:Stripe:SecretKey", "pk_live_x", "Wallet__Providers__Stripe__SecretKey begins with sk_")]
    [InlineData("Wallet:Providers:PayPal:ClientId", "x", "Wallet__Providers__PayPal__ClientSecret is missing")]
    [InlineData("Wallet:Providers:PciVault:User", "x", "Wallet__Providers__PciVault__AcquirerAddress is missing")]
    public async Task A_wrong_configuration_does_not_start_and_says_what_to_change(string key, string value, string says) =>
        (await Should.ThrowAsync<InvalidOperationException>(() => OwnMarket.Open(new Dictionary<string, string?> { [key] = value }))).Message.ShouldContain(says);

    [Fact]
    public async Task Keys_do_not_cross_the_network_in_clear() => (await Should.ThrowAsync<InvalidOperationException>(() => OwnMarket.Open(new Dictionary<string, string?>
    {
        ["Wallet:Providers:Stripe:SecretKey"] = "sk_test_x", ["Wallet:Providers:Stripe:BaseAddress"] = "http://api.stripe.example",
    }))).Message.ShouldContain("must begin with https");

    [Fact]
    public void A_market_that_does_not_know_its_address_does_not_open() => Should.Throw<InvalidOperationException>(() =>
        new NeedsPublicAddress(Market.Services.GetRequiredService<PublicAddress>(), new Marketplace.Tests.Users.SignUpTests.Production()).Configure(_ => { })).Message.ShouldContain("Host__PublicUrl");

    private string Dispute(ProviderWorld world, Guid payment) => world.Provider switch
    {
        StripeApi.Name => given.Stripe.Dispute(payment, 4_300),
        PayPalApi.Name => given.PayPal.Dispute(payment, "43.00"),
        _ => given.Vault.Dispute(payment, 4_300),
    };

    /// <summary>A payment as far as the provider brings it without a word of the market's staff; its payer says yes.</summary>
    private async Task<(ProviderWorld World, Payment Payment)> Pay(string provider, Will will, Person? payer = null, bool save = false)
    {
        var (world, payment) = await Start(provider, will, payer, save: save);
        if (!world.AlwaysAsks) return (world, payment);
        payment.State.ShouldBe(PaymentState.NeedsAction);
        await world.Answer(payment.Id, true);
        return (world, await Submit(payment.Id));
    }

    private async Task<(ProviderWorld World, Payment Payment)> Start(
        string provider, Will? will, Person? payer = null, bool submit = true, bool save = false, string? token = null, bool offSession = false)
    {
        var world = given.World(provider);
        var (ana, order) = (payer ?? await Market.SignUp(), WalletSteps.NewId());
        var card = will is { } wish ? await world.Card(wish) : token;
        var id = await Market.Do(services => services.GetRequiredService<IWallet>().Start(
            new NewPayment("order", order, ana.Account, Money.Of(5_000, "EUR"), world.Method, card, $"/orders/{order}") { SaveMethod = save, OffSession = offSession }));
        return (world, submit ? await Submit(id) : (await Charge(id)).ToPayment());
    }

    private async Task<Payment> Submit(Guid payment, bool? take = null)
    {
        if (take is { } decided)
        {
            await Market.Everything.Command("UPDATE wallet.payments SET decision = $2, decided_by = gen_random_uuid(), decided_at = now() WHERE id = $1 AND state = 'authorised' AND decision IS NULL",
                payment, decided ? "take" : "give_up").Execute();
        }

        await using var scope = Market.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<SubmitPayment>().Handle(payment, default);
    }

    private async Task<Charge> Charge(Guid payment)
    {
        await using var scope = Market.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<WalletDb>().Charges.AsNoTracking().SingleAsync(c => c.Id == payment);
    }

    private PaymentRefund Refund(Payment payment, long minor) => PaymentRefund.Create(WalletSteps.NewId(), payment.Id, payment.Amount with { Minor = minor }, 0, given.Now);

    private async Task<RefundOutcome> GiveBack(Payment payment, PaymentRefund refund)
    {
        var charge = await Charge(payment.Id);
        await using var scope = Market.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetServices<IPaymentProvider>().Single(p => p.Key == charge.Provider).Refund(charge, refund, default);
    }

    private async Task<ProviderEvent> Read(ProviderWorld world, SentEvent sent)
    {
        await using var scope = Market.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetServices<IProviderEvents>().Single(e => e.Key == world.Provider).Read(new InboundMessage(sent.Headers, sent.Body), default);
    }

    private async Task<IReadOnlyList<SavedPaymentMethod>> Saved(Person person)
    {
        await using var scope = Market.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IWallet>().SavedMethods(person.Account);
    }
}
