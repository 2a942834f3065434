using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Wallet;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages.Sell;

/// <summary>A quote by GET, with a preview; it is paid by POST for the price that was shown.</summary>
[Authorize("can:can_boost")]
internal sealed class NewBoostPage(
    Caller caller, CatalogDb db, UnitOfWork work, NpgsqlDataSource source, IWallet wallet, ProductKinds kinds, IValidator<QuoteBoost.Request> validator, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    public string? What { get; private set; }

    public string Place { get; private set; } = SponsoredPlaces.Search;

    public int Days { get; private set; } = 7;

    public DateOnly? From { get; private set; }

    public DateTimeOffset Now => clock.GetUtcNow();

    public IReadOnlyList<(Guid Id, string Title)> Products { get; private set; } = [];

    public QuoteBoost.Reply? Quote { get; private set; }

    public Money? Available { get; private set; }

    public ProductCardModel? Preview { get; private set; }

    public override async Task Load()
    {
        Read();
        var stop = HttpContext.RequestAborted;
        var lines = await source.Command(
            $"SELECT {ProductLine.Columns} FROM catalog.products p JOIN catalog.shops s ON s.id = p.shop_id WHERE {ShopAccess.Sql("s", "$1", ShopPermission.Products)} AND p.state IN ('active', 'pending') ORDER BY p.created_at DESC LIMIT 200", caller.Account).List(ProductLine.Read, stop);
        Products = lines.Select(p => (p.Id, p.Title)).ToList();
        What ??= Products.Count > 0 ? Products[0].Id.ToString() : "profile";
        if (What == "profile") Place = SponsoredPlaces.People;
        else if (Place == SponsoredPlaces.People) Place = SponsoredPlaces.Search;
        try
        {
            Quote = await QuoteBoost.Handle(Asked(null), validator, caller, source, clock, stop);
            Available = await wallet.Available(caller.Account, Quote.Total.Currency, stop);
            Preview = lines.Find(p => p.Id == Quote.SubjectId)?.Card(kinds, texts) is { } card ? card with { Sponsored = true, Url = "#" } : null;
        }
        catch (Refused refused) when (HttpMethods.IsGet(Request.Method))
        {
            foreach (var error in refused.Errors) ModelState.AddModelError("", texts[error.Detail]);
            if (refused.Errors.Count == 0) ModelState.AddModelError("", texts[refused.Message]);
        }
    }

    public async Task<IActionResult> OnPostAsync()
    {
        Read();
        Money? told = long.TryParse(Request.Form["total"], out var total) && Currency.TryOf(Request.Form["currency"].ToString(), out var currency) ? new Money(total, currency) : null;
        var request = Asked(told);
        validator.MustAccept(request);
        var boost = await BuyBoost.Handle(request, caller, db, work, wallet, clock);
        this.Toast(texts[boost.State == BoostState.Active ? "It runs." : "It is scheduled."]);
        return LocalRedirect($"/sell/boosts/{boost.Id}");
    }

    // Of the form where there is one, else of the address.
    private void Read()
    {
        string? Said(string name) => Words.Typed(Request.HasFormContentType ? Request.Form[name].ToString() : Request.Query[name].ToString());
        What = Said("what") ?? Said("product");
        Place = Said("place") ?? Place;
        if (int.TryParse(Said("days"), out var days)) Days = days;
        From = DateOnly.TryParseExact(Said("from"), "yyyy-MM-dd", out var from) ? from : null;
    }

    private QuoteBoost.Request Asked(Money? told) => new(
        What == "profile" ? "profile" : "product", Guid.TryParse(What, out var product) ? product : null, Place, Days,
        From is { } day ? new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) : null, told);
}
