using System.Text.Json;
using FluentValidation;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>Changes what is said; what is not said stays. What buyers see of a shop that is not trusted waits as a change. Offers are one list: what is not in it is withdrawn.</summary>
internal static class EditProduct
{
    public sealed record Request(
        string? Title = null, string? Description = null, IReadOnlyList<string>? Tags = null, JsonElement? Details = null, IReadOnlyList<OfferLine>? Offers = null,
        string? Category = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Title).Must(t => t is null || Words.Line(t).Length > 0).WithErrorCode("not_empty").WithMessage("Give it a title.")
                .MaximumLength(Product.TitleLength).Sound();
            RuleFor(r => r.Description).MaximumLength(Product.DescriptionLength).Sound();
            RuleFor(r => r.Tags).Tags();
            RuleFor(r => r.Offers).Offers();
            RuleFor(r => r.Category).Category();
        }
    }

    /// <param name="expected">The version that the editor saw.</param>
    public static async Task<ProductView> Handle(Guid id, int expected, Request request, Caller caller, CatalogDb db, UnitOfWork work, ProductKinds kinds, TimeProvider clock)
    {
        var (product, shop) = await db.Own(id, caller.Account);
        Versions.MustBe(expected, product.Version);
        var kind = kinds[product.Kind];
        if (ProposeChange.IsNeeded(product, shop))
        {
            var proposal = new ChangeProposal(
                request.Title is { } title ? Words.Line(title) : null, request.Description is { } words ? Words.Text(words) : null, request.Tags is { } tags ? Product.Clean(tags) : null,
                request.Details is { } said ? kind.Accept(said) : null, request.Offers?.For(kind, shop), request.Category is { } shelf ? await Categories.Known(shelf, work) : null);
            await ProposeChange.Handle(product, proposal, kind, db, work, clock);
            return await ProductView.Own(product, work, kinds);
        }

        product.Describe(request.Title, request.Description, request.Tags, request.Details is { } details ? kind.Accept(details) : null);
        if (request.Offers is { } offers) product.Offer(offers.For(kind, shop), kind, clock);
        product.Follow(kind, clock);
        if (request.Category is { } category) product.Shelve(await Categories.Known(category, work));
        if (product.State == ProductState.Active) product.MustBeSellable(kind, clock.GetUtcNow());
        await work.Flush();
        await kind.Keep(product, work);
        var view = await ProductView.Own(product, work, kinds);
        // An offer less: what is left may be sold out.
        if (request.Offers is not null) await new Stock(work, clock).Recount([product.Id]);
        return view;
    }
}
