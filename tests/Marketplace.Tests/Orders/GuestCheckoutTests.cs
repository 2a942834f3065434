namespace Marketplace.Tests.Orders;

/// <summary>Somebody without an account buys: an e-mail address is enough, and the account is made in the same step.</summary>
public sealed class GuestCheckoutTests : MarketTest
{
    private static readonly Dictionary<string, string?> Nothing = [];

    [Fact]
    public async Task A_guest_pays_with_nothing_but_an_address_and_is_signed_in_with_their_order()
    {
        var beat = await (await Market.SignUp("Nova")).PublishBeat(price: 1_900);
        using var guest = Market.Visitor();
        (await guest.AddToCart(beat.Offer)).Must();
        var email = UsersSteps.NewEmail();

        var shown = (await guest.Get("/checkout")).Must();
        shown.Html.QuerySelector("input[name='Input.Email'][required]").ShouldNotBeNull(shown.Text);
        shown.Html.QuerySelector("input[name=payment_method][value=wallet]").ShouldBeNull("a guest has no wallet");
        var order = (await guest.CheckoutAsGuest(shown, email)).Must(302).Location!;
        order.ShouldStartWith("/orders/");
        var page = (await guest.Get(order)).Must();
        page.Html.QuerySelector(".notice-good").ShouldNotBeNull();
        page.Text.ShouldContain(email, customMessage: "told where the link goes");
        guest.Cookies.GetAllCookies().Any(c => c.Name == "cart").ShouldBeFalse();
        (await guest.Get((await guest.Submit("/library", "main form", Nothing)).Must(302).Location!)).Must().Bytes.ShouldBe(beat.Original);

        var account = await AccountOf(email);
        (await Market.Count("SELECT count(*) FROM users.accounts WHERE id = $1 AND password_hash IS NULL AND email_verified_at IS NULL", account)).ShouldBe(1);
        (await Market.Events("users.account_opened", account)).Count.ShouldBe(1);
        using var mailReader = Market.Visitor();
        var link = await Market.PasswordLink(account);
        (await mailReader.Submit(link, "main form", new Dictionary<string, string?> { ["Input.Password"] = UsersSteps.Password })).Must(302);
        (await mailReader.Get(order)).Must();
        (await guest.Get(order)).Must(302).Location!.ShouldContain("sign-in");
        (await guest.Post("/api/v1/sessions", new { email, password = UsersSteps.Password })).Must(201);
    }

    [Fact]
    public async Task A_guest_may_give_a_name_and_a_password_at_once()
    {
        var beat = await (await Market.SignUp("Nova")).PublishBeat(price: 100);
        using var guest = Market.Visitor();
        (await guest.AddToCart(beat.Offer)).Must();
        var email = UsersSteps.NewEmail();
        (await guest.CheckoutAsGuest(email, password: "short", name: "Zoé")).Must(422).Html.QuerySelector("input[name='Input.Email']")!.GetAttribute("value").ShouldBe(email);
        (await guest.CheckoutAsGuest("nonsense")).Must(422).Html.QuerySelector(".errors").ShouldNotBeNull();
        (await guest.CheckoutAsGuest("")).Must(422);
        (await Market.Count("SELECT count(*) FROM users.accounts WHERE email = $1", email)).ShouldBe(0);

        (await guest.CheckoutAsGuest(email, password: UsersSteps.Password, name: "Zoé")).Must(302);
        var me = (await guest.Get("/api/v1/me")).Must().Json;
        me.GetProperty("display_name").GetString().ShouldBe("Zoé");
        me.GetProperty("capabilities").EnumerateArray().Select(c => c.GetString()).ShouldBe(["can_buy"]);
        (await guest.Post("/api/v1/sessions", new { email, password = UsersSteps.Password })).Must(201);
        (await Market.Events("users.password_link_asked", await AccountOf(email))).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_declined_card_leaves_the_guest_signed_in_with_the_order_to_pay_again()
    {
        var beat = await (await Market.SignUp("Nova")).PublishBeat(price: 1_900);
        using var guest = Market.Visitor();
        (await guest.AddToCart(beat.Offer)).Must();
        var order = (await guest.CheckoutAsGuest(UsersSteps.NewEmail(), "tok_declined")).Must(302).Location!;
        (await guest.Get(order)).Must().Html.QuerySelector(".notice-bad")!.TextContent.ShouldContain("declined");
        (await guest.Submit(order, "#pay", new Dictionary<string, string?> { ["payment_method"] = "sandbox_card", ["payment_token"] = "tok_ok" })).Must(302).Location.ShouldBe(order);
        (await guest.Get(order)).Must().Html.QuerySelector(".notice-good").ShouldNotBeNull();
    }

    [Fact]
    public async Task What_the_checkout_refuses_makes_no_account_either()
    {
        var seller = await Market.SignUp("Nova");
        var beat = await seller.PublishBeat(price: 1_900);
        using var guest = Market.Visitor();
        (await guest.AddToCart(beat.Offer)).Must();
        var (email, shown) = (UsersSteps.NewEmail(), (await guest.Get("/checkout")).Must());
        await Market.Reprice(beat, 2_100);
        (await guest.CheckoutAsGuest(shown, email)).Must(409);
        (await guest.CheckoutAsGuest(shown, email, "4111 1111 1111 1111")).Must(422);
        (await guest.CheckoutAsGuest(shown, "4111111111111111@example.com")).Status.ShouldBeOneOf(409, 422);
        (await Market.Count("SELECT count(*) FROM users.accounts WHERE email = $1", email)).ShouldBe(0);
        (await guest.Get("/api/v1/cart")).Must().Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        guest.Cookies.GetAllCookies().Any(c => c.Name == "session").ShouldBeFalse();
    }

    [Fact]
    public async Task An_address_with_an_account_must_sign_in_and_the_cart_comes_along_and_who_tries_many_is_slowed()
    {
        await using var market = await OwnMarket.Open();
        var beat = await (await market.SignUp("Nova")).PublishBeat(price: 1_900);
        var known = await market.SignUp("Ana");
        using var guest = market.Visitor();
        (await guest.AddToCart(beat.Offer)).Must();

        var refused = (await guest.CheckoutAsGuest(known.Email.ToUpperInvariant())).Must(409);
        refused.Html.QuerySelector("[role=alert] a[href='/sign-in?return_url=%2Fcheckout']").ShouldNotBeNull(refused.Text);
        (await market.Count("SELECT count(*) FROM orders.orders")).ShouldBe(0);
        (await guest.Submit("/sign-in?return_url=%2Fcheckout", "main form", new Dictionary<string, string?> { ["Input.Email"] = known.Email, ["Input.Password"] = known.Password })).Must(302).Location.ShouldBe("/checkout");
        var shown = (await guest.Get("/checkout")).Must();
        shown.Text.ShouldContain(beat.Title);
        shown.Html.QuerySelector("input[name='Input.Email']").ShouldBeNull();

        using var prober = market.Visitor();
        (await prober.AddToCart(beat.Offer)).Must();
        var page = (await prober.Get("/checkout")).Must();
        var statuses = new List<int>();
        for (var i = 0; i < 14; i++) statuses.Add((await prober.CheckoutAsGuest(page, known.Email)).Status);
        statuses[0].ShouldBe(409);
        statuses[^1].ShouldBe(429);
    }

    [Fact]
    public async Task The_same_form_many_times_at_once_is_one_account_one_order_and_one_charge()
    {
        var seller = await Market.SignUp("Nova");
        var beat = await seller.PublishBeat(price: 2_000);
        using var guest = Market.Visitor();
        (await guest.AddToCart(beat.Offer)).Must();
        var (email, shown) = (UsersSteps.NewEmail(), (await guest.Get("/checkout")).Must());

        // Each press leaves before the first is answered: with the cookies of the page, not those of the answer.
        var presses = Enumerable.Range(0, 8).Select(_ => Market.Visitor()).ToList();
        presses.ForEach(p => p.Cookies.Add(guest.Cookies.GetAllCookies()));
        var answers = await Task.WhenAll(presses.Select(p => p.CheckoutAsGuest(shown, email)));

        answers.Select(a => a.Must(302).Location).Distinct().Count().ShouldBe(1);
        var account = await AccountOf(email);
        (await Market.Count("SELECT count(*) FROM orders.orders WHERE buyer = $1", account)).ShouldBe(1);
        (await Market.Count("SELECT count(*) FROM wallet.payments WHERE payer_id = $1", account)).ShouldBe(1);
        (await seller.Pending()).ShouldBe(2_000 - 333 - 667 - 88);
        (await presses[0].Get(answers[0].Location!)).Must();
        presses.ForEach(p => p.Dispose());
    }

    [Fact]
    public async Task Another_browser_cannot_repeat_a_guests_form_and_become_them()
    {
        var beat = await (await Market.SignUp("Nova")).PublishBeat(price: 2_000);
        using var guest = Market.Visitor();
        (await guest.AddToCart(beat.Offer)).Must();
        var (email, shown) = (UsersSteps.NewEmail(), (await guest.Get("/checkout")).Must());
        var key = shown.Html.QuerySelector("input[name=idempotency_key]")!.GetAttribute("value");
        (await guest.CheckoutAsGuest(shown, email)).Must(302);

        using var thief = Market.Visitor();
        (await thief.AddToCart(beat.Offer)).Must();
        var answer = await thief.Submit("/checkout", "form[action^='/checkout']", new Dictionary<string, string?>
        {
            ["Input.Email"] = email, ["payment_method"] = "sandbox_card", ["payment_token"] = "tok_ok", ["idempotency_key"] = key,
        });
        answer.Must(409);
        thief.Cookies.GetAllCookies().Any(c => c.Name == "session").ShouldBeFalse();
    }

    [Fact]
    public async Task A_crash_anywhere_and_the_same_form_again_make_one_account_one_order_and_one_charge()
    {
        await using var market = await OwnMarket.Open();
        var seller = await market.SignUp("Nova");
        var beat = await seller.PublishBeat(price: 1_000);
        var passed = new HashSet<string>(StringComparer.Ordinal);
        var sold = 0;
        for (var dieAt = 1; ; dieAt++)
        {
            using var guest = market.Visitor();
            (await guest.AddToCart(beat.Offer)).Must();
            var (email, shown, points) = (UsersSteps.NewEmail(), (await guest.Get("/checkout")).Must(), 0);
            market.Faults.Passing = point =>
            {
                passed.Add(point);
                if (Interlocked.Increment(ref points) == dieAt) throw new Faults.Crash(point);
            };
            var first = await guest.CheckoutAsGuest(shown, email);
            var crashed = points >= dieAt;
            market.Faults.Passing = null;
            first.Status.ShouldBe(crashed ? 500 : 302);
            if (crashed)
            {
                var second = (await guest.CheckoutAsGuest(shown, email)).Must(302);
                (await guest.Get(second.Location!)).Must().Html.QuerySelector(".notice-good").ShouldNotBeNull();
            }

            sold++;
            await market.Drain();
            (await market.Count("SELECT count(*) FROM users.accounts WHERE email = $1", email)).ShouldBe(1);
            (await market.Count("SELECT count(*) FROM orders.orders o JOIN users.accounts a ON a.id = o.buyer WHERE a.email = $1", email)).ShouldBe(1);
            (await market.Count("SELECT count(*) FROM wallet.sandbox_charges s JOIN wallet.payments p ON p.id = s.payment_id JOIN users.accounts a ON a.id = p.payer_id WHERE a.email = $1", email)).ShouldBe(1);
            (await seller.Pending()).ShouldBe(sold * 441);
            if (!crashed) break;
        }

        sold.ShouldBeGreaterThan(6);
        passed.ShouldContain(Faults.AfterProviderCall);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_guests_unpaid_order_expires_and_takes_money_that_comes_late()
    {
        await using var market = await OwnMarket.Open();
        var beat = await (await market.SignUp("Nova")).PublishBeat(price: 2_000);
        using var guest = market.Visitor();
        (await guest.AddToCart(beat.Offer)).Must();
        var order = (await guest.CheckoutAsGuest(UsersSteps.NewEmail(), "tok_timeout")).Must(302).Location!;
        market.Clock.Walk(TimeSpan.FromMinutes(31));
        await market.Run<Marketplace.Orders.ExpireOrders>();
        (await guest.Get("/api/v1" + order)).Must().Json.State().ShouldBe("expired");
        await market.Run<Marketplace.Wallet.SweepPayments>();
        await market.Drain();
        (await guest.Get("/api/v1" + order)).Must().Json.State().ShouldBe("paid");
        await market.BooksMustHold();
    }

    private async Task<Guid> AccountOf(string email) => await Market.Source.Command("SELECT id FROM users.accounts WHERE email = $1", email).Scalar<Guid>();
}
