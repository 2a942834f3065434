using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Wallet;

internal static class ReconciliationRoutes
{
    public static void AddReconciliation(this IServiceCollection services)
    {
        services.AddScoped<IPersonalData, ReconciliationData>();
        services.AddSingleton<IValidator<ExplainDifference.Request>, ExplainDifference.Validator>();
        services.AddSchedule<Reconcile>("wallet.reconcile", TimeSpan.FromDays(1));
        services.AddMenu<Texts>("admin", 135, "Reconciliation", "/admin/reconciliation", "book-open-check", right: Rights.Finance);
    }
}
