using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Wallet;

internal static class ReconciliationRoutes
{
    public static void AddReconciliation(this IServiceCollection services)
    {
        services.AddScoped<IPersonalData, ReconciliationData>();
        services.AddSingleton<IValidator<CompareDay.Request>, CompareDay.Validator>();
        services.AddSingleton<IValidator<ExplainDifference.Request>, ExplainDifference.Validator>();
        services.AddSchedule<Reconcile>("wallet.reconcile", TimeSpan.FromDays(1));
        services.AddMenu<Texts>("admin", 135, "Reconciliation", "/admin/reconciliation", "book-open-check", right: Rights.Finance);
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapReconciliation(this IEndpointRouteBuilder api)
    {
        api.MapGet("/reconciliation/days", (string? cursor, int? limit, NpgsqlDataSource source, Cursors cursors, CancellationToken stop) => ReadReconciliation.Days(cursor, limit, source, cursors, stop))
            .ForRight(Rights.Finance).NotForKeys().WithName("ListReconciledDays").WithTags("Wallet").WithSummary("The days that were compared with providers' books, newest first. Staff with the right finance.");
        api.MapPost("/reconciliation/days", CompareDay.Handle).WritesInSteps<CompareDay.Request, CompareDay.Reply>()
            .ForRight(Rights.Finance).NotForKeys().WithName("CompareDay").WithTags("Wallet").WithSummary("Compares a day of a provider's books with ours, for the first time or again; once a day that happens by itself. Staff with the right finance.");
        api.MapGet("/reconciliation/differences", ([AsParameters] ReadReconciliation.Request request, NpgsqlDataSource source, Cursors cursors, CancellationToken stop) => ReadReconciliation.Differences(request, source, cursors, stop))
            .ForRight(Rights.Finance).NotForKeys().WithName("ListDifferences").WithTags("Wallet").WithSummary("What differs from providers' books, newest first. Filters: state (open, explained, settled), day. Staff with the right finance.");
        api.MapPost("/reconciliation/differences/{id:guid}/explanation", ExplainDifference.Handle).Writes<ExplainDifference.Request>()
            .ForRight(Rights.Finance).NotForKeys().WithName("ExplainDifference").WithTags("Wallet").WithSummary("Says why an open difference is all right. Staff with the right finance.");
    }
}
