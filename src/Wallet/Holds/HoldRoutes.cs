using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>Rules of holds and sellers' risk: their part of the module's table of contents.</summary>
internal static class HoldRoutes
{
    public static void AddHolds(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(new RiskFactors(configuration));
        services.AddSingleton<IValidator<ChangeHoldRule.Request>, ChangeHoldRule.Validator>();
        services.AddSingleton<IValidator<OverrideRisk.Request>, OverrideRisk.Validator>();
        services.AddSchedule<RateSellers>("wallet.rate_sellers", TimeSpan.FromHours(1));
        services.AddMenu<Texts>("admin", 130, "Hold rules", "/admin/hold-rules", "hourglass", right: Rights.Finance);
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapHolds(this IEndpointRouteBuilder api)
    {
        api.MapGet("/hold-rules", async (NpgsqlDataSource source, CancellationToken stop) => new { Data = await HoldRule.All(source, stop) })
            .ForRight(Rights.Finance).NotForKeys().WithName("ListHoldRules").WithTags("Wallet").WithSummary("Every version of every rule of holds; the newest of each counts for what is sold now. Staff.");
        api.MapPut("/hold-rules/{code}", (string code, ChangeHoldRule.Request request, Caller caller, UnitOfWork work, IAudit audit, TimeProvider clock) =>
                ChangeHoldRule.Handle(code, request, caller, work, audit, clock)).Writes<ChangeHoldRule.Request, HoldRule>()
            .ForRight(Rights.Finance).NotForKeys().WithName("ChangeHoldRule").WithTags("Wallet").WithSummary("A new version of a rule, for what is sold from now on. Staff.");
        api.MapGet("/sellers/{id:guid}/risk", (Guid id, NpgsqlDataSource source, UnitOfWork work, IUsers users, TimeProvider clock, CancellationToken stop) => SellerRating.Read(id, source, work, users, clock, stop))
            .ForRight(Rights.Finance).NotForKeys().WithName("ReadSellerRisk").WithTags("Wallet").WithSummary("What a seller's risk is, and why. Staff.");
        api.MapPut("/sellers/{id:guid}/risk", (Guid id, OverrideRisk.Request request, Caller caller, NpgsqlDataSource source, UnitOfWork work, IUsers users, IAudit audit, TimeProvider clock) =>
                OverrideRisk.Handle(id, request, caller, source, work, users, audit, clock)).Writes<OverrideRisk.Request, SellerRating>()
            .ForRight(Rights.Finance).NotForKeys().WithName("OverrideSellerRisk").WithTags("Wallet").WithSummary("Says for a time what a seller's risk is; without a level the facts decide again. Staff.");
    }
}
