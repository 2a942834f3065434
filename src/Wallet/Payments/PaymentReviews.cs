using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Wallet;

/// <summary>A payment as finance sees it.</summary>
/// <param name="GivenUpAt">When it is given up by itself, undecided; null once it has ended.</param>
/// <param name="Decision">take or give_up: what staff decided and the provider has perhaps not answered to yet.</param>
internal sealed record ReviewedPayment(
    Guid Id, string Purpose, Guid Subject, Guid Payer, Money Amount, string Provider, PaymentState State, DateTimeOffset CreatedAt, DateTimeOffset? GivenUpAt, PaymentDecision? Decision, Guid? DecidedBy)
{
    public static ReviewedPayment Of(Charge c) => new(c.Id, c.Purpose, c.SubjectId, c.PayerId, c.Amount, c.Provider, c.State, c.CreatedAt, c.AuthorisedUntil, c.Decision, c.DecidedBy);
}

/// <summary>Payments that wait for a decision of staff, the most urgent first; behind them those whose provider has not answered to it.</summary>
internal static class PaymentReviews
{
    private const int Most = 200;

    public static Task<List<Charge>> Waiting(WalletDb db, CancellationToken stop) => db.Charges.AsNoTracking().Where(c => c.State == PaymentState.Authorised)
        .OrderBy(c => c.Decision != null).ThenBy(c => c.AuthorisedUntil).ThenBy(c => c.Id).Take(Most).ToListAsync(stop);

    public static void AddPaymentReviews(this IServiceCollection services)
    {
        services.AddScoped<DecidePayment>();
        services.AddSingleton<IValidator<DecidePayment.Request>, DecidePayment.Validator>();
        services.AddMenu<Texts>("admin", 105, "Payment reviews", "/admin/payment-reviews", "shield-check", right: Rights.Finance);
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapPaymentReviews(this IEndpointRouteBuilder api)
    {
        api.MapGet("/payment-reviews", async (WalletDb db, CancellationToken stop) => new { Data = (await Waiting(db, stop)).ConvertAll(ReviewedPayment.Of) })
            .ForRight(Rights.Finance).NotForKeys().WithName("ListPaymentReviews").WithTags("Wallet").WithSummary("Payments that their provider wants looked at, the most urgent first. Staff with the right finance.");
        api.MapPost("/payments/{id:guid}/decision", async (Guid id, DecidePayment.Request request, DecidePayment decide, WalletDb db, CancellationToken stop) =>
            {
                await decide.Handle(id, request, stop);
                return ReviewedPayment.Of(await db.Charges.AsNoTracking().SingleAsync(c => c.Id == id, stop));
            })
            .WritesInSteps<DecidePayment.Request, ReviewedPayment>()
            .ForRight(Rights.Finance).NotForKeys().WithName("DecidePayment").WithTags("Wallet").WithSummary("Takes a payment in review, or gives it up. While the state stays authorised its provider has not answered, and is asked again.");
    }
}
