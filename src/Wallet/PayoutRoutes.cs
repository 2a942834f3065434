using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>Payouts, where they go, and the year's statement: what is registered for them, and their routes.</summary>
internal static class PayoutRoutes
{
    public static void AddPayouts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<PayoutTerms>();
        services.AddScoped<IPersonalData, PayoutsData>();
        services.AddScoped<ISubject, PayoutSubject>();
        services.AddScoped<SendPayout>();
        services.AddScoped<IPayoutProvider, ByBank>();
        if (configuration.GetValue("Wallet:Sandbox", false)) services.AddScoped<IPayoutProvider, SandboxPayouts>();
        if (StripeSettings.Read(new ProviderSection(configuration, "Stripe")) is not null) services.AddScoped<IPayoutProvider, StripePayouts>();
        if (PayPalSettings.Read(new ProviderSection(configuration, "PayPal")) is not null) services.AddScoped<IPayoutProvider, PayPalPayouts>();
        services.AddSingleton<IInvariant, PayoutInvariants>();
        services.AddSingleton<IValidator<AddDestination.Request>, AddDestination.Validator>();
        services.AddSingleton<IValidator<JudgeDestination.Request>, JudgeDestination.Validator>();
        services.AddSingleton<IValidator<RequestPayout.Request>, RequestPayout.Validator>();
        services.AddSingleton<IValidator<ReviewPayout.Rejection>, ReviewPayout.Validator>();
        services.AddSingleton<IValidator<PayoutBatches.Request>, PayoutBatches.Validator>();
        services.AddSingleton<IValidator<PayByHand.Failure>, PayByHand.Validator>();
        services.AddSchedule<CheckDestinations>("wallet.check_destinations", TimeSpan.FromSeconds(30));
        services.AddSchedule<SweepPayouts>("wallet.sweep_payouts", TimeSpan.FromSeconds(30));
        services.AddMenu<Texts>("admin", 100, "Payouts", "/admin/payouts", "banknote", right: Rights.Finance);
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapPayouts(this IEndpointRouteBuilder api)
    {
        api.MapGet("/payout-destinations", async (Caller caller, UnitOfWork work, WalletDb db, CancellationToken stop) => new { Data = await Destinations.Own(caller, work, db, stop) })
            .ForSignedIn().Scope(Scopes.WalletRead).WithName("ListPayoutDestinations").WithTags("Payouts").WithSummary("Where your money may go");
        api.MapPost("/payout-destinations", AddDestination.Handle).Writes<AddDestination.Request, DestinationView>(201)
            .ForSignedIn().NotForKeys().WithName("AddPayoutDestination").WithTags("Payouts").WithSummary("Names a place for your money. It is verified first, and waits for two days before its first payout. Asks for a fresh proof that it is you.");
        api.MapDelete("/payout-destinations/{id:guid}", RemoveDestination.Handle).Writes()
            .ForSignedIn().NotForKeys().WithName("RemovePayoutDestination").WithTags("Payouts").WithSummary("No payout goes there any more");
        api.MapGet("/payout-destination-reviews", async (UnitOfWork work, WalletDb db, CancellationToken stop) =>
                new { Data = (await Destinations.Waiting(work, db, stop)).ConvertAll(d => new DestinationReview(d.Account, DestinationView.Of(d))) })
            .ForRight(Rights.Finance).NotForKeys().WithName("ListPayoutDestinationReviews").WithTags("Payouts").WithSummary("Destinations that nobody has verified or refused yet, the oldest first. Staff with the right finance.");
        api.MapPost("/payout-destinations/{id:guid}/verdict", JudgeDestination.Handle).Writes<JudgeDestination.Request, DestinationView>()
            .ForRight(Rights.Finance).NotForKeys().WithName("JudgePayoutDestination").WithTags("Payouts").WithSummary("Staff with the right finance verifies or refuses a destination");

        api.MapGet("/payouts", ([AsParameters] ListPayouts.Request request, Caller caller, NpgsqlDataSource source, Cursors cursors, CancellationToken stop) => ListPayouts.Handle(request, caller, source, cursors, stop))
            .ForSignedIn().Scope(Scopes.WalletRead).WithName("ListPayouts").WithTags("Payouts").WithSummary("Your payouts, newest first");
        api.MapGet("/payouts/{id:guid}", (Guid id, Caller caller, NpgsqlDataSource source, CancellationToken stop) => ListPayouts.One(id, caller, source, stop))
            .ForSignedIn().Scope(Scopes.WalletRead).WithName("GetPayout").WithTags("Payouts").WithSummary("One of your payouts");
        api.MapPost("/payouts", RequestPayout.Handle).Writes<RequestPayout.Request, PayoutView>(201, keyRequired: true, location: p => $"/api/v1/payouts/{p.Id}")
            .ForSignedIn().NotForKeys().WithName("RequestPayout").WithTags("Payouts").WithSummary("Asks for your money: an amount, or with a currency alone everything. Asks for a fresh proof that it is you.");
        api.MapPost("/payouts/{id:guid}/cancellation", CancelPayout.Handle).Writes<Nothing, PayoutView>()
            .ForSignedIn().NotForKeys().WithName("CancelPayout").WithTags("Payouts").WithSummary("Takes a payout back that nobody has approved yet");

        api.MapGet("/payout-queue", ([AsParameters] PayoutQueue.Request request, WalletDb db, UnitOfWork work, PayoutTerms terms, Cursors cursors, CancellationToken stop) => PayoutQueue.Handle(request, db, work, terms, cursors, stop))
            .ForRight(Rights.Finance).NotForKeys().WithName("ListPayoutQueue").WithTags("Payouts").WithSummary("Everybody's payouts: what waits for the team the oldest first, all else the newest. Filters: state, currency, way, person. Staff with the right finance.");
        api.MapPost("/payouts/{id:guid}/approval", ReviewPayout.Approve).Writes<Nothing, PayoutView>()
            .ForRight(Rights.Finance).NotForKeys().WithName("ApprovePayout").WithTags("Payouts").WithSummary("Staff with the right finance approves a payout; a large one needs two people");
        api.MapPost("/payouts/{id:guid}/rejection", ReviewPayout.Reject).Writes<ReviewPayout.Rejection, PayoutView>()
            .ForRight(Rights.Finance).NotForKeys().WithName("RejectPayout").WithTags("Payouts").WithSummary("Staff with the right finance rejects a payout; the money goes back into the wallet");
        api.MapGet("/payout-batches", async (UnitOfWork work, CancellationToken stop) => new { Data = await work.Read(() => PayoutBatches.Made(work, stop)) })
            .ForRight(Rights.Finance).NotForKeys().WithName("ListPayoutBatches").WithTags("Payouts").WithSummary("The last 50 files for the bank. Staff with the right finance.");
        api.MapPost("/payout-batches", PayoutBatches.Make).Writes<PayoutBatches.Request, BatchView>(201)
            .ForRight(Rights.Finance).NotForKeys().WithName("MakePayoutBatch").WithTags("Payouts").WithSummary("Puts approved payouts to banks into one file and marks them as sent");
        api.MapPost("/payouts/{id:guid}/payment", (Guid id, HttpContext http, Caller caller, WalletDb db, UnitOfWork work, Writes writes, Ledger ledger, Blobs blobs, IAudit audit, TimeProvider clock) =>
                Uploads.One(http, null, file => PayByHand.Paid(id, file, caller, db, work, writes, ledger, blobs, audit, clock, http.RequestAborted)))
            .ForRight(Rights.Finance).WithMetadata(new WriteRoute(null, 200, false, true), new RequestSizeLimitAttribute(PayByHand.ProofLimit + 100_000)).Accepts<IFormFile>("multipart/form-data").Produces<PayoutView>()
            .NotForKeys().WithName("MarkPayoutPaid").WithTags("Payouts").WithSummary("A payout of a bank file has arrived; the proof is a PDF, PNG or JPEG of up to 10 MB");
        api.MapPost("/payouts/{id:guid}/return", (Guid id, HttpContext http, Caller caller, IEnumerable<IPayoutProvider> providers, WalletDb db, UnitOfWork work, Writes writes, Ledger ledger, Blobs blobs, IAudit audit, TimeProvider clock) =>
                Uploads.One(http, null, file => ReturnPayout.Handle(id, new ReturnPayout.Request(file.Fields.GetValueOrDefault("reason", "")), file, caller, providers, db, work, writes, ledger, blobs, audit, clock, http.RequestAborted)))
            .ForRight(Rights.Finance).WithMetadata(new WriteRoute(null, 200, false, true), new RequestSizeLimitAttribute(PayByHand.ProofLimit + 100_000)).Accepts<IFormFile>("multipart/form-data").Produces<PayoutView>()
            .NotForKeys().WithName("ReturnPayout").WithTags("Payouts").WithSummary("A payout that had arrived was sent back by the bank: the part reason says why, the file behind it proves it (PDF, PNG or JPEG of up to 10 MB). All of it is in the wallet again, with the fee.");
        api.MapPost("/payouts/{id:guid}/failure", PayByHand.Failed).Writes<PayByHand.Failure, PayoutView>()
            .ForRight(Rights.Finance).NotForKeys().WithName("MarkPayoutFailed").WithTags("Payouts").WithSummary("The bank sent a payout of a file back");

        api.MapGet("/wallet/statements/{year:int}.csv", (int year, Caller caller, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop) => YearStatement.File(year, caller, source, clock, stop))
            .ForSignedIn().Produces(200, contentType: "text/csv").Scope(Scopes.WalletRead).WithName("ExportYearStatement").WithTags("Wallet").WithSummary("A year of your money, a month and currency a row, as a CSV file");
    }

    /// <summary>A path says all.</summary>
    private sealed record Nothing;
}
