using Marketplace.Catalog;
using Marketplace.Notifications;
using Marketplace.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Catalog;

/// <summary>Who works in a shop beside its owner: how they come and go, and the wall around what each may do.</summary>
public sealed class TeamTests : MarketTest
{
    [Fact]
    public async Task Somebody_is_invited_by_mail_joins_works_on_the_owners_products_and_leaves()
    {
        var (owner, editor) = (await Market.SignUp("Nova"), await Market.SignUp("Edda"));
        var shop = await owner.OpenShop();
        var draft = await owner.DraftBeat();
        (await owner.Visitor.Submit("/sell/team", "aside form", new Dictionary<string, string?> { ["Input.Email"] = editor.Email.ToUpperInvariant(), ["Input.Role"] = "editor" })).Must(302);
        (await owner.Visitor.Post($"/api/v1/shops/{shop.Slug}/invitations", new { email = editor.Email, role = "manager" })).MustRefuse(409, "invited_already");
        (await owner.Visitor.Post($"/api/v1/shops/{shop.Slug}/invitations", new { email = owner.Email, role = "manager" })).MustRefuse(409, "member_already");
        (await owner.Visitor.Post($"/api/v1/shops/{shop.Slug}/invitations", new { email = editor.Email, role = "owner" })).MustRefuse(422, "invalid");

        await Market.Drain();
        var mail = (await Market.Mails(editor)).Single(m => m.Subject.Contains(shop.Name, StringComparison.Ordinal));
        var link = System.Text.RegularExpressions.Regex.Match(mail.Plain, @"/shop-invitation\?token=\S+").Value;
        using var stranger = Market.Visitor();
        (await stranger.Get(link)).Must().Html.QuerySelectorAll("main a.btn").Select(a => a.GetAttribute("href")!.Split('?')[0]).ShouldBe(["/sign-in", "/sign-up"]);
        (await editor.Visitor.Submit(link, "main form", new Dictionary<string, string?>())).Must(302).Location.ShouldBe("/sell");
        (await editor.Visitor.Post("/api/v1/shop-invitations/acceptance", new { token = SignInSteps.TokenOf(link) })).MustRefuse(409, "invitation_over");
        await Market.Drain();
        (await owner.Told("member_joined")).Count.ShouldBe(1);

        // On the owner's shop, with all that belongs to a product.
        (await editor.Visitor.Get("/sell")).Must().Html.QuerySelector("h1")!.TextContent.ShouldBe(shop.Name);
        (await editor.Visitor.Get("/api/v1/me/shops")).Must().Json.GetProperty("data")[0].GetProperty("role").GetString().ShouldBe("editor");
        (await editor.Upload(draft.Id(), "original", "beat.wav", Sound.Wav(1))).Must(201);
        (await editor.Upload(draft.Id(), "cover", "cover.png", Picture.Png(8, 8))).Must(201);
        (await editor.Visitor.Get($"/sell/products/{draft.Id()}")).Must();
        (await editor.Visitor.Post($"/api/v1/products/{draft.Id()}/publish")).Must().Json.GetProperty("state").GetString().ShouldBe("active");
        var made = (await editor.Visitor.Post("/api/v1/products", new { kind = "beat", title = "By the editor" })).Must(201).Json;
        made.GetProperty("shop").GetProperty("id").GetGuid().ShouldBe(shop.Id);
        (await editor.Visitor.Get("/api/v1/shop/products")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(2);

        // They leave, and what they made stays.
        (await editor.Visitor.Submit("/sell/team", "main li form", new Dictionary<string, string?>())).Must(302);
        (await editor.Visitor.Get($"/sell/products/{made.Id()}")).Status.ShouldBeOneOf(403, 404);
        (await editor.Visitor.Get("/api/v1/me")).Must().Text.ShouldNotContain("can_sell");
        (await owner.Visitor.Get($"/sell/products/{made.Id()}")).Must();
        await Market.Drain();
        (await owner.Told("member_left")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Each_role_may_do_what_it_may_and_a_foreign_seller_nothing()
    {
        var (owner, manager, editor, support, foreign) = (await Market.SignUp("Nova"), await Market.SignUp("Man"), await Market.SignUp("Ed"), await Market.SignUp("Sup"), await Market.SignUp("Bo"));
        var shop = await owner.OpenShop();
        await foreign.OpenShop();
        var beat = await owner.PublishBeat();
        await Market.SetTier(owner.Account, SellerTier.Premium);
        await Market.Join(owner, shop.Slug, manager, "manager");
        await Market.Join(owner, shop.Slug, editor, "editor");
        await Market.Join(owner, shop.Slug, support, "support");

        var products = new (string What, Func<Person, Task<Answer>> Ask)[]
        {
            ("edit", p => p.Visitor.Send(HttpMethod.Put, $"/api/v1/products/{beat.Product}/featured", null)),
            ("publish", p => p.Visitor.Post($"/api/v1/products/{beat.Product}/publish")),
            ("page", p => p.Visitor.Get($"/sell/products/{beat.Product}")),
            ("file", p => p.Upload(beat.Product, "cover", "cover.png", Picture.Png(9, 9))),
            ("make", p => p.Visitor.Post("/api/v1/products", new { kind = "beat", title = "New", shop = shop.Slug })),
            ("list", p => p.Visitor.Get($"/api/v1/shop/products?shop={shop.Slug}")),
            ("featured", p => p.Visitor.Get($"/api/v1/shops/{shop.Slug}/featured")),
        };
        var owners = new (string What, Func<Person, Task<Answer>> Ask)[]
        {
            ("words", p => p.EditShop(shop.Slug, new { announcement = "Mine" })),
            ("address", p => p.Visitor.Put($"/api/v1/shops/{shop.Slug}/address", new { slug = "mine-now" })),
            ("vacation", p => p.Visitor.Put($"/api/v1/shops/{shop.Slug}/vacation", new { })),
            ("picture", p => p.SendPicture(shop.Slug, "logo")),
            ("invite", p => p.Visitor.Post($"/api/v1/shops/{shop.Slug}/invitations", new { email = "x@example.com", role = "editor" })),
            ("role", p => p.Visitor.Patch($"/api/v1/shops/{shop.Slug}/team/{support.Account}", new { role = "manager" })),
            ("part", p => p.Visitor.Delete($"/api/v1/shops/{shop.Slug}/team/{support.Account}")),
        };
        foreach (var (what, ask) in products)
        {
            foreach (var worker in new[] { manager, editor }) (await ask(worker)).Status.ShouldBeOneOf([200, 201], what);
            foreach (var other in new[] { support, foreign }) (await ask(other)).Status.ShouldBe(404, what);
        }

        foreach (var (what, ask) in owners)
        {
            foreach (var other in new[] { manager, editor, foreign }) (await ask(other)).Status.ShouldBe(404, what);
        }

        (await support.Visitor.Get($"/api/v1/shops/{shop.Slug}/team")).Must().Json.GetProperty("invitations").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await foreign.Visitor.Get($"/api/v1/shops/{shop.Slug}/team")).MustRefuse(404, "not_found");
        (await owner.Visitor.Get($"/api/v1/shops/{shop.Slug}")).Must().Json.GetProperty("announcement").GetString().ShouldBe("");

        // What other modules must ask.
        await using var scope = Market.Services.CreateAsyncScope();
        var catalog = scope.ServiceProvider.GetRequiredService<ICatalog>();
        async Task<bool> May(Person person, ShopPermission permission) => (await catalog.ShopsOf(person.Account, permission)).Any(s => s.Id == shop.Id);
        foreach (var (person, may) in new[] { (owner, "POROMST"), (manager, "POROM"), (editor, "P"), (support, "ROM"), (foreign, "") })
        {
            (await May(person, ShopPermission.Products)).ShouldBe(may.StartsWith('P'));
            (await May(person, ShopPermission.Orders)).ShouldBe(may.StartsWith("PO", StringComparison.Ordinal));
            (await May(person, ShopPermission.ReadOrders)).ShouldBe(may.Contains("RO", StringComparison.Ordinal));
            (await May(person, ShopPermission.Messages)).ShouldBe(may.Contains('M'));
            (await May(person, ShopPermission.Team)).ShouldBe(may.EndsWith('T'));
        }

        // Who answers buyers reads what they say of the products, and not what they say of the person.
        var buyer = await Market.SignUp("Ana");
        var (line, review) = await buyer.Reviewed(beat.Product);
        (await buyer.Review(line, 5, "A kind person.", "profile")).Must(201);
        foreach (var worker in new[] { manager, support })
            (await worker.Visitor.Get("/api/v1/shop/reviews")).Must().Json.GetProperty("data").EnumerateArray().Select(r => r.Id()).ShouldBe([review]);
        (await editor.Visitor.Get("/api/v1/shop/reviews")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(0);
        foreach (var other in new[] { editor, foreign }) (await other.Visitor.Put($"/api/v1/reviews/{review}/reply", new { text = "Mine." })).MustRefuse(404, "not_found");
        (await support.Visitor.Put($"/api/v1/reviews/{review}/reply", new { text = "Thank you, from all of us." })).Must();
        (await support.Visitor.Get("/sell/reviews?state=answered")).Must().Text.ShouldContain("Thank you, from all of us.");

        // A moderator of the team judges nothing of it.
        await Market.Do(services => services.GetRequiredService<IUsers>().GrantRight(manager.Account, Rights.Moderation));
        await manager.SignIn();
        (await manager.Visitor.Delete($"/api/v1/shops/{shop.Slug}/trust")).MustRefuse(403, "own_shop");
        (await manager.Visitor.Put($"/api/v1/shops/{shop.Slug}/plan", new { plan = "scale" })).MustRefuse(403, "own_shop");
    }

    [Fact]
    public async Task Who_works_in_several_shops_chooses_and_a_cookie_opens_none_that_is_not_theirs()
    {
        var (nova, bo, ana) = (await Market.SignUp("Nova"), await Market.SignUp("Bo"), await Market.SignUp("Ana"));
        var (first, second, third) = (await nova.OpenShop(), await bo.OpenShop(), await (await Market.SignUp("Cy")).OpenShop());
        await Market.Join(nova, first.Slug, ana, "manager");
        await Market.Join(bo, second.Slug, ana, "editor");
        async Task<string> At() => (await ana.Visitor.Get("/sell")).Must().Html.QuerySelector("h1")!.TextContent;
        (await At()).ShouldBe(first.Name);
        (await ana.Visitor.Submit("/sell", ".sidebar form", new Dictionary<string, string?> { ["shop"] = second.Id.ToString() })).Must(302);
        (await At()).ShouldBe(second.Name);
        (await ana.Visitor.Submit("/sell/products/new", "main form[method=post]", new Dictionary<string, string?> { ["Input.Title"] = "For Bo" })).Must(302);
        (await bo.Visitor.Get("/api/v1/shop/products")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(1);
        (await ana.Visitor.Submit("/sell", ".sidebar form", new Dictionary<string, string?> { ["shop"] = third.Id.ToString() })).Must(404);
        ana.Visitor.Cookies.Add(ana.Visitor.Http.BaseAddress!, new System.Net.Cookie("shop", third.Id.ToString(), "/"));
        (await At()).ShouldBe(first.Name);
        (await ana.Visitor.Get("/sell/shop")).Must().Html.QuerySelectorAll("main form").ShouldBeEmpty();
        (await ana.Visitor.Post("/api/v1/products", new { kind = "beat", title = "Not there", shop = third.Slug })).MustRefuse(404, "not_found");
    }

    [Fact]
    public async Task An_invitation_is_for_one_address_one_use_and_seven_days()
    {
        await using var market = await OwnMarket.Open();
        var (owner, meant, other) = (await market.SignUp("Nova"), await market.SignUp("Meant"), await market.SignUp("Other"));
        var shop = await owner.OpenShop();
        async Task<Guid> Invite(string email) => (await owner.Visitor.Post($"/api/v1/shops/{shop.Slug}/invitations", new { email, role = "editor" })).Must(201).Json.Id();
        Task<Answer> Accept(Person person, string token) => person.Visitor.Post("/api/v1/shop-invitations/acceptance", new { token });

        var invitation = await Invite(meant.Email);
        var old = await market.InvitationToken(invitation);
        (await Accept(other, old)).MustRefuse(409, "invitation_elsewhere");
        (await Accept(meant, old[..^1])).MustRefuse(409, "invitation_over");
        (await owner.Visitor.Post($"/api/v1/shops/{shop.Slug}/invitations/{invitation}/mail")).Must();
        (await Accept(meant, old)).MustRefuse(409, "invitation_over");
        var token = await market.InvitationToken(invitation);
        (await market.Everything.Command("SELECT count(*) FROM catalog.shop_invitations WHERE encode(token_hash, 'hex') || email LIKE '%' || $1 || '%'", token).Scalar<long>()).ShouldBe(0);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Accept(meant, token)));
        answers.Count(a => a.Status == 200).ShouldBe(1);

        // Revoked, and run out.
        var revoked = await Invite(other.Email);
        token = await market.InvitationToken(revoked);
        (await owner.Visitor.Delete($"/api/v1/shops/{shop.Slug}/invitations/{revoked}")).Must(204);
        (await Accept(other, token)).MustRefuse(409, "invitation_over");
        token = await market.InvitationToken(await Invite(other.Email));
        market.Clock.Walk(TimeSpan.FromDays(7) + TimeSpan.FromMinutes(1));
        await other.SignIn();
        (await Accept(other, token)).MustRefuse(409, "invitation_over");
        await owner.SignIn();
        await Invite(other.Email);

        // Who has no account is written to all the same; and a team has an end.
        var stranger = await Invite("nobody.yet@example.com");
        await market.Drain();
        for (var i = 0; i < 5; i++) await market.Run<SendMails>();
        (await market.Count("SELECT count(*) FROM notifications.mailbox WHERE recipient = 'nobody.yet@example.com' AND plain LIKE '%/shop-invitation?token=%'")).ShouldBe(1);
        (await owner.Visitor.Delete($"/api/v1/shops/{shop.Slug}/invitations/{stranger}")).Must(204);
        for (var i = 0; i < 18; i++) await Invite($"member{i}@elsewhere.example");
        (await owner.Visitor.Post($"/api/v1/shops/{shop.Slug}/invitations", new { email = "one.more@elsewhere.example", role = "editor" })).MustRefuse(409, "team_full");
        market.Clock.Walk(TimeSpan.FromDays(40));
        await market.Run<PurgeInvitations>();
        (await market.Count("SELECT count(*) FROM catalog.shop_invitations")).ShouldBe(0);
    }
}
