using FluentValidation;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>Vacation: what a shop has stays visible with a notice, and nothing of it can be bought until it is back.</summary>
internal static class GoAway
{
    public const int MessageLength = 300;

    /// <param name="From">Missing: at once.</param>
    /// <param name="Until">Missing: until the seller ends it.</param>
    /// <param name="Message">For buyers.</param>
    public sealed record Request(DateTimeOffset? From = null, DateTimeOffset? Until = null, string? Message = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Message).MaximumLength(MessageLength).Sound();
    }

    /// <exception cref="Refused">404; 422 <c>vacation_over</c>.</exception>
    public static async Task<ShopView> Handle(string slug, Request request, Caller caller, CatalogDb db, TimeProvider clock)
    {
        var shop = await db.ShopFor(slug, caller.Account, ShopPermission.Shop);
        var now = clock.GetUtcNow();
        var from = request.From ?? now;
        if (request.Until is { } until && (until <= from || until <= now || until > now.AddYears(2)))
            throw Refused.Invalid(new FieldError("/until", "vacation_over", "Choose a day of return that is still to come, and after the first day."));
        if (from > now.AddYears(1)) throw Refused.Invalid(new FieldError("/from", "vacation_far", "Choose a first day within a year."));
        shop.GoAway(from, request.Until, request.Message ?? "");
        return ShopView.Of(shop);
    }

    /// <summary>Sells again, once or again.</summary>
    public static async Task<ShopView> End(string slug, Caller caller, CatalogDb db)
    {
        var shop = await db.ShopFor(slug, caller.Account, ShopPermission.Shop);
        shop.ComeBack();
        return ShopView.Of(shop);
    }
}

/// <summary>
/// Ends vacations on their day. Whether a shop sells is a question of the clock alone; this tidies what is over, so that nobody reads of
/// a vacation in the past.
/// </summary>
internal sealed class EndVacations(NpgsqlDataSource source) : IJob
{
    public Task Handle(DateTimeOffset now, CancellationToken stop) => source.Command(
        "UPDATE catalog.shops SET away_from = NULL, away_until = NULL, away_message = '', version = version + 1 WHERE away_until <= $1", now).Execute(stop);
}
