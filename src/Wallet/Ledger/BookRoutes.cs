using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>The books looked back in, explained, sealed and summed up: their part of the module's table of contents.</summary>
internal static class BookRoutes
{
    public static void AddBooks(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSchedule<TakeCheckpoints>("wallet.take_checkpoints", TimeSpan.FromMinutes(5));
        services.AddSingleton(Invariants.Embedded<WalletDb>("wallet", "sums_invariants.sql"));

        services.AddScoped<Deferrals>();
        services.AddSchedule<RecogniseIncome>("wallet.recognise_income", TimeSpan.FromHours(1));
        services.AddSingleton(Invariants.Embedded<WalletDb>("wallet", "deferrals_invariants.sql"));

        services.AddSingleton(new LedgerHeadFile(Path.Combine(Path.GetFullPath(configuration["Marketplace:Home"] ?? ".local"), "ledger")));
        services.AddSchedule<SealLedger>("wallet.seal_ledger", TimeSpan.FromMinutes(5));
        services.AddSingleton<IInvariant, VerifySeals>();

        services.AddScoped<ExplainEntry>();
        services.AddScoped<IExplains, HoldExplains>();
        services.AddScoped<IExplains, PaymentExplains>();
        services.AddScoped<IExplains, MoneyBackExplains>();
        services.AddScoped<IExplains, DeferralExplains>();

        services.AddMenu<Texts>("admin", 125, "Earnings", "/admin/earnings", "trending-up", right: Rights.Finance);
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapBooks(this IEndpointRouteBuilder api)
    {
        api.MapGet("/wallet/balances", ([AsParameters] BalancesAt.Request request, Caller caller, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop) =>
                BalancesAt.Handle(request, caller, source, clock, stop))
            .ForSignedIn().Scope(Scopes.WalletRead).WithName("GetBalancesAt").WithTags("Wallet").WithSummary("What you had at a moment that is past");

        api.MapGet("/wallet/entries/{id}", (string id, ExplainEntry explain, Caller caller, CancellationToken stop) => explain.ForOwner(id, caller.Account, stop))
            .ForSignedIn().Scope(Scopes.WalletRead).WithName("ExplainWalletEntry").WithTags("Wallet").WithSummary("The way of one entry of your statement: sale, hold, release, refund");

        api.MapGet("/ledger/transactions/{id:long}/explanation", (long id, ExplainEntry explain, CancellationToken stop) => explain.Handle(id, null, stop))
            .ForRight(Rights.Finance).NotForKeys().WithName("ExplainTransaction").WithTags("Wallet").WithSummary("The way of an amount through the books, with all legs. Staff with the right finance.");

        api.MapGet("/ledger/seals", ([AsParameters] ListSeals.Request request, NpgsqlDataSource source, Cursors cursors, CancellationToken stop) => ListSeals.Handle(request, source, cursors, stop))
            .ForAnyone().NotForKeys().WithName("ListLedgerSeals").WithTags("Wallet").WithSummary("The heads of the ledger's chain, newest first. Whoever keeps them can prove later that the books of then are unchanged.");

        api.MapGet("/earnings", ([AsParameters] ReadEarnings.Request request, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop) => ReadEarnings.Handle(request, source, clock, stop))
            .ForRight(Rights.Finance).NotForKeys().WithName("GetEarnings").WithTags("Wallet").WithSummary("What the market itself earns, by day or month. Staff with the right finance.");

        api.MapGet("/earnings.csv", ([AsParameters] ReadEarnings.Request request, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop) => ReadEarnings.File(request, source, clock, stop))
            .ForRight(Rights.Finance).Produces(200, contentType: "text/csv").NotForKeys().WithName("ExportEarnings").WithTags("Wallet").WithSummary("The same as a CSV file. Staff with the right finance.");
    }
}
