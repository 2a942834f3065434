using FluentValidation;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>Changes what is said of a shop; what is not said stays.</summary>
internal static class EditShop
{
    /// <param name="Shipping">This and the three after it: Markdown, without HTML.</param>
    /// <param name="Links">At most six addresses; those before are replaced.</param>
    public sealed record Request(
        string? Name = null, string? Description = null, string? Announcement = null, string? Shipping = null, string? Returns = null, string? Refunds = null, string? Terms = null,
        IReadOnlyList<string>? Links = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Name).Length(2, Shop.NameLength).Sound();
            RuleFor(r => r.Description).MaximumLength(Shop.DescriptionLength).Sound();
            RuleFor(r => r.Announcement).MaximumLength(Shop.AnnouncementLength).Sound();
            RuleFor(r => r.Shipping).MaximumLength(Shop.PolicyLength).Sound();
            RuleFor(r => r.Returns).MaximumLength(Shop.PolicyLength).Sound();
            RuleFor(r => r.Refunds).MaximumLength(Shop.PolicyLength).Sound();
            RuleFor(r => r.Terms).MaximumLength(Shop.PolicyLength).Sound();
            RuleFor(r => r.Links).Must(l => l is null || l.Count <= Shop.MostLinks).WithErrorCode("too_many").WithMessage("At most six links.")
                .Must(l => l is null || l.All(link => ShopLinks.Clean(link) is not null)).WithErrorCode("link").WithMessage("Give addresses of pages, like https://example.com, one a line.");
        }
    }

    /// <param name="expected">The version that the editor saw.</param>
    /// <exception cref="Refused">404; 412 <c>stale</c>; 422.</exception>
    public static async Task<ShopView> Handle(string slug, int expected, Request request, Caller caller, CatalogDb db)
    {
        var shop = await db.ShopFor(slug, caller.Account, ShopPermission.Shop);
        Versions.MustBe(expected, shop.Version);
        shop.Describe(request);
        if (shop.Name.Length < 2) throw Refused.Invalid(new FieldError("/name", "length", "The name is too short."));
        return ShopView.Of(shop);
    }
}

/// <summary>Addresses that a shop may show: pages of the open web, for a browser to follow.</summary>
internal static class ShopLinks
{
    private const int Length = 300;

    /// <returns>The address with its scheme; null when it is none.</returns>
    public static string? Clean(string? typed)
    {
        var text = typed?.Trim() ?? "";
        if (!text.Contains("://", StringComparison.Ordinal)) text = "https://" + text;
        return text.Length <= Length && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '\\' or '"' or '<' or '>' or '`' or '{' or '}')
            && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0 && uri.IsDefaultPort
            && uri.HostNameType == UriHostNameType.Dns && uri.IdnHost.Trim('.').Contains('.', StringComparison.Ordinal) && uri.AbsoluteUri.Length <= Length
            ? uri.AbsoluteUri : null;
    }

    /// <summary>What a link is called: its host.</summary>
    public static string NameOf(string link) => Uri.TryCreate(link, UriKind.Absolute, out var uri) ? uri.Host.StartsWith("www.", StringComparison.Ordinal) ? uri.Host[4..] : uri.Host : link;
}
