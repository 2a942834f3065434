using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Wallet;

/// <summary>Corrections of balances by staff: what is registered for them, and their routes.</summary>
internal static class AdjustmentRoutes
{
    public static void AddAdjustments(this IServiceCollection services)
    {
        services.AddSingleton<IValidator<AdjustWallet.Proposal>, AdjustWallet.ProposalValidator>();
        services.AddSingleton<IValidator<AdjustWallet.Decision>, AdjustWallet.DecisionValidator>();
        services.AddSingleton<IValidator<WriteOffDebt.Request>, WriteOffDebt.Validator>();
        services.AddSlot("admin-person", 15, "/Pages/Admin/Adjustments/_PersonAdjustments.cshtml", PersonAdjustments.Load);
        services.AddMenu<Texts>("admin", 110, "Adjustments", "/admin/adjustments", "scale", right: Rights.Finance);
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapAdjustments(this IEndpointRouteBuilder api)
    {
        api.MapPost("/adjustments", AdjustWallet.Propose).Writes<AdjustWallet.Proposal, AdjustmentView>(201)
            .ForRight(Rights.Finance).NotForKeys().WithName("ProposeAdjustment").WithTags("Adjustments").WithSummary("Staff with the right finance proposes to correct a balance");
        api.MapPost("/adjustments/{id:guid}/decision", AdjustWallet.Decide).Writes<AdjustWallet.Decision, AdjustmentView>()
            .ForRight(Rights.Finance).NotForKeys().WithName("DecideAdjustment").WithTags("Adjustments").WithSummary("Another person posts or rejects it");
        api.MapPost("/write-offs", WriteOffDebt.Handle).Writes<WriteOffDebt.Request, WriteOffDebt.Reply>(201)
            .ForRight(Rights.Owner).NotForKeys().WithName("WriteOffDebt").WithTags("Adjustments").WithSummary("The owner gives up on debt that is older than 180 days");
    }
}
