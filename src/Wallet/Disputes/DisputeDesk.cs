using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>What finance does about disputes, by API as by page.</summary>
internal static class DisputeDesk
{
    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapDisputeDesk(this IEndpointRouteBuilder api)
    {
        api.MapGet("/payment-disputes", async ([AsParameters] BrowseDisputes.Request request, WalletDb db, Cursors cursors, CancellationToken stop) =>
                (await BrowseDisputes.Handle(request, db, cursors, stop)).Map(BrowseDisputes.Row.Of))
            .ForRight(Rights.Finance).NotForKeys().WithName("ListPaymentDisputes").WithTags("Wallet").WithSummary("All disputes (chargebacks), newest first. Filter: state. Staff with the right finance.");
        api.MapGet("/payment-disputes/{id:guid}", (Guid id, WalletDb db, NpgsqlDataSource source, AnswerDispute answer, CancellationToken stop) => BrowseDisputes.One(id, db, source, answer, stop))
            .ForRight(Rights.Finance).NotForKeys().WithName("ReadPaymentDispute").WithTags("Wallet").WithSummary("One dispute with who gave what, what was said, and what would be sent now. Staff with the right finance.");
        api.MapPost("/payment-disputes/{id:guid}/evidence", (Guid id, DisputeEvidence.Request request, Caller caller, UnitOfWork work, TimeProvider clock) => DisputeEvidence.Say(id, request, caller, work, clock))
            .ForRight(Rights.Finance).Writes<DisputeEvidence.Request>()
            .NotForKeys().WithName("AddStaffEvidence").WithTags("Wallet").WithSummary("Says something for the market about any dispute, until it is answered. Staff with the right finance.");
        api.MapPost("/payment-disputes/{id:guid}/files", DisputeRoutes.AddFile)
            .ForRight(Rights.Finance).WithMetadata(new WriteRoute(null, 204, false, true), new RequestSizeLimitAttribute(DisputeRoutes.MostBytes))
            .Accepts<IFormFile>("multipart/form-data").Produces(204)
            .NotForKeys().WithName("AddStaffEvidenceFile").WithTags("Wallet").WithSummary("Adds a picture (PNG, JPEG or WebP, 5 MB) for the market to any dispute. Staff with the right finance.");
        api.MapPost("/payment-disputes/{id:guid}/answer", async (Guid id, AnswerDispute.Request request, AnswerDispute answer, Caller caller, WalletDb db, NpgsqlDataSource source, CancellationToken stop) =>
            {
                await answer.Handle(id, request, caller, stop);
                return await BrowseDisputes.One(id, db, source, answer, stop);
            })
            .WritesInSteps<AnswerDispute.Request, BrowseDisputes.Detail>()
            .ForRight(Rights.Finance).NotForKeys().WithName("AnswerPaymentDispute").WithTags("Wallet").WithSummary("Sends all that speaks for the seller to the payer's bank, once. Staff with the right finance.");
        api.MapPost("/payment-disputes/{id:guid}/fault", ChargeDisputeFee.Handle).Writes<ChargeDisputeFee.Request>(keyRequired: true)
            .ForRight(Rights.Finance).NotForKeys().WithName("ChargeDisputeFee").WithTags("Wallet").WithSummary("Charges the fee of a lost dispute to the seller by whose fault it was lost. Staff with the right finance.");
    }
}
