using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Wallet;

/// <summary>Saved ways to pay.</summary>
internal static class MethodRoutes
{
    public static void AddMethods(this IServiceCollection services)
    {
        services.AddScoped<SavedMethods>();
        services.AddSchedule<ForgetMethods>("wallet.forget_methods", TimeSpan.FromMinutes(1));
    }

    public sealed record List(IReadOnlyList<View> Data);

    /// <param name="Token">Send it as <c>payment_token</c> to pay by it.</param>
    public sealed record View(Guid Id, string Method, string Brand, string? Last4, int? ExpiryMonth, int? ExpiryYear, bool IsDefault, bool Usable, string Token, DateTimeOffset CreatedAt)
    {
        public static View Of(SavedPaymentMethod m) => new(m.Id, m.Method, m.Brand, m.Last4, m.ExpiryMonth, m.ExpiryYear, m.IsDefault, m.Usable, m.Token, m.CreatedAt);
    }

    public static void MapMethods(this IEndpointRouteBuilder api)
    {
        api.MapGet("/payment-methods", async (Caller caller, SavedMethods saved, CancellationToken stop) => TypedResults.Ok(new List((await saved.Of(caller.Account, stop)).Select(View.Of).ToList())))
            .ForSignedIn().Scope(Scopes.WalletRead).WithName("ListPaymentMethods").WithTags("Wallet").WithSummary("The ways to pay that you saved, the usual one first");

        api.MapDelete("/payment-methods/{id:guid}", (Guid id, Caller caller, SavedMethods saved) => saved.Remove(id, caller.Account)).Writes()
            .ForSignedIn().Scope(Scopes.WalletWrite).WithName("RemovePaymentMethod").WithTags("Wallet").WithSummary("Remove a saved way to pay, here and at its provider");
    }
}
