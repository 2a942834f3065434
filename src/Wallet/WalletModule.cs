using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>The module's table of contents.</summary>
public static class WalletModule
{
    public static IServiceCollection AddWallet(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddScoped<IPersonalData, WalletData>();
        services.AddSlot("admin-person", 10, "/Pages/Admin/Ledger/_PersonWallet.cshtml", PersonWallet.Load);
        services.AddModuleDb<WalletDb>(WalletDb.Schema);
        services.AddScoped<Ledger>();
        services.AddScoped<SubmitPayment>();
        services.AddScoped<ReleaseTurn>();
        services.AddScoped<RefundSales>();
        services.AddScoped<SubmitRefund>();
        services.AddScoped<IWallet, Till>();
        services.AddScoped<ISubject, PaymentSubject>();
        services.AddSingleton<IValidator<TopUp.Request>, TopUp.Validator>();
        services.AddSingleton(Invariants.Embedded<WalletDb>("wallet", "ledger_invariants.sql"));
        services.AddSingleton(Invariants.Embedded<WalletDb>("wallet", "payments_invariants.sql"));
        services.AddSingleton(Invariants.Embedded<WalletDb>("wallet", "holds_invariants.sql"));
        services.AddSingleton(Invariants.Embedded<WalletDb>("wallet", "refunds_invariants.sql"));
        services.AddSchedule<SweepPayments>("wallet.sweep_payments", TimeSpan.FromSeconds(30));
        services.AddSchedule<SweepRefunds>("wallet.sweep_refunds", TimeSpan.FromSeconds(30));
        services.AddSchedule<LearnFees>("wallet.learn_fees", TimeSpan.FromMinutes(10));
        services.AddSchedule<ReleaseHolds>("wallet.release_holds", TimeSpan.FromMinutes(1));
        services.AddSchedule<MakePartitions>("wallet.make_partitions", TimeSpan.FromDays(1));

        services.AddInbound();
        services.AddDisputes();
        services.AddReconciliation();

        // Play money: the host switches it on in development, nobody else unless asked.
        if (configuration.GetValue("Wallet:Sandbox", false))
        {
            services.AddScoped<SandboxProvider>();
            services.AddScoped<IPaymentProvider>(provider => provider.GetRequiredService<SandboxProvider>());
            services.AddScoped<IMethodKeeper>(provider => provider.GetRequiredService<SandboxProvider>());
            services.AddScoped<SandboxVoices>();
            services.AddScoped<IProviderEvents>(provider => provider.GetRequiredService<SandboxVoices>());
            services.AddScoped<IDisputeDesk>(provider => provider.GetRequiredService<SandboxVoices>());
            services.AddScoped<IProviderReport>(provider => provider.GetRequiredService<SandboxVoices>());
            services.AddSchedule<DeliverSandboxEvents>("wallet.deliver_sandbox_events", TimeSpan.FromSeconds(2));
        }

        services.AddProviders(configuration);
        services.AddPaymentReviews();
        services.AddMethods();
        services.AddPayouts(configuration);
        services.AddAdjustments();
        services.AddHolds(configuration);
        services.AddBooks(configuration);
        services.AddScoped<LedgerNames>();
        services.AddMenu<Texts>("account", 30, "Wallet", "/wallet", "wallet");
        services.AddMenu<Texts>("admin", 120, "Ledger", "/admin/ledger", "book-open-text", right: Rights.Finance);
        services.AddMenu<Texts>("admin", 145, "Payment providers", "/admin/providers", "plug", right: Rights.Finance);
        return services;
    }

    /// <summary>Before any endpoint reads anything: what has a card's number in it is refused (422 <c>card_number_refused</c>).</summary>
    public static void UseCardGuard(this WebApplication app) => app.Use(async (http, next) =>
    {
        await CardGuard.Look(http);
        await next();
    });

    /// <summary>For what is logged although somebody may have written a card's number into it.</summary>
    public static string MaskCardNumbers(string text) => CardNumber.Mask(text);

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapWallet(this IEndpointRouteBuilder api)
    {
        api.MapInbound();
        api.MapDisputes();
        api.MapDisputeDesk();
        api.MapReconciliation();
        api.MapPaymentReviews();
        api.MapGet("/wallet", (Caller caller, NpgsqlDataSource source, CancellationToken stop) => ShowWallet.Handle(caller, source, stop))
            .ForSignedIn().Scope(Scopes.WalletRead).WithName("GetWallet").WithTags("Wallet").WithSummary("Your balances, one a currency");

        api.MapGet("/wallet/entries", ([AsParameters] ListEntries.Request request, Caller caller, NpgsqlDataSource source, Cursors cursors, CancellationToken stop) =>
                ListEntries.Handle(request, caller, source, cursors, stop))
            .ForSignedIn().Scope(Scopes.WalletRead).WithName("ListWalletEntries").WithTags("Wallet").WithSummary("Your statement, newest first");

        api.MapGet("/wallet/entries.csv", ([AsParameters] ListEntries.Whole asked, Caller caller, NpgsqlDataSource source, Subjects subjects, CancellationToken stop) =>
                ListEntries.File(asked, caller, source, subjects, stop))
            .ForSignedIn().Produces(200, contentType: "text/csv").Scope(Scopes.WalletRead).WithName("ExportWalletEntries").WithTags("Wallet").WithSummary("All that the same filters show, as a CSV file");

        api.MapGet("/ledger/transactions.csv", async ([AsParameters] BrowseLedger.Asked asked, IUsers users, NpgsqlDataSource source, CancellationToken stop) =>
                BrowseLedger.File(await asked.ToFilter(users, stop), source))
            .ForRight(Rights.Finance).Produces(200, contentType: "text/csv").NotForKeys().WithName("ExportLedger").WithTags("Wallet").WithSummary("The ledger's transactions that the filters show, leg by leg, as a CSV file. Staff with the right finance.");

        api.MapGet("/wallet/holds", ([AsParameters] ListHolds.Request request, Caller caller, NpgsqlDataSource source, Subjects subjects, Cursors cursors, CancellationToken stop) =>
                ListHolds.Handle(request, caller, source, subjects, cursors, stop))
            .ForSignedIn().Scope(Scopes.WalletRead).WithName("ListWalletHolds").WithTags("Wallet").WithSummary("Your money that is not yet available, with why and until when");

        api.MapPost("/wallet/top-ups", async (TopUp.Request request, HttpContext http, Caller caller, IWallet wallet, Writes writes) =>
            {
                var key = IdempotencyKey.Of(caller, WriteRoutes.Key(http, true), "POST /api/v1/wallet/top-ups", request);
                var (payment, replayed) = await TopUp.Handle(request, caller, key, wallet, writes);
                if (replayed) http.Response.Headers[WriteRoutes.ReplayedHeader] = "true";
                return TypedResults.Created($"/api/v1/payments/{payment.Id}", ShowPayment.Reply.Of(payment));
            })
            .WritesInSteps<TopUp.Request, ShowPayment.Reply>(201, keyRequired: true)
            .ForSignedIn().Scope(Scopes.WalletWrite).WithName("TopUpWallet").WithTags("Wallet").WithSummary("Put money into your wallet; the reply's state says whether it was taken");

        api.MapMethods();
        api.MapPayouts();
        api.MapAdjustments();

        api.MapGet("/payments/{id:guid}", (Guid id, Caller caller, WalletDb db, CancellationToken stop) => ShowPayment.Handle(id, caller, db, stop))
            .ForSignedIn().Scope(Scopes.WalletRead).WithName("GetPayment").WithTags("Wallet").WithSummary("One of your payments");

        api.MapHolds();
        api.MapBooks();
    }

    /// <summary>Outside the API: what people said about disputes, with pictures.</summary>
    public static void MapWalletMedia(this IEndpointRouteBuilder site) => site.MapDisputeFiles();
}
