using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Orders;

/// <summary>Taxes and invoices: their part of the module's table of contents.</summary>
internal static class TaxRoutes
{
    public static void AddTaxes(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(new TaxTerms(configuration));
        services.AddScoped<ReadBilling>();
        services.AddSingleton<IValidator<SetTaxRate.Request>, SetTaxRate.Validator>();
        services.AddScoped<ListInvoices>();
        services.AddScoped<ReadInvoice>();
        services.AddReaction<OrderPaid, AskForInvoice>();
        services.AddReaction<RefundProcessed, AskForCreditNote>();
        services.AddReaction<PaperDue, IssueInvoices>();
        services.AddReaction<InvoiceIssued, WriteInvoice>();
        services.AddSchedule<BillCommission>("orders.bill_commission", TimeSpan.FromHours(6));
        services.AddMenu<Texts>("account", 15, "Invoices", "/invoices", "file-text");
        services.AddMenu<Texts>("admin", 131, "Taxes", "/admin/taxes", "percent", right: Rights.Finance);
        services.AddMenu<Texts>("admin", 132, "Invoices", "/admin/invoices", "file-text", right: Rights.Finance);
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapTaxes(this IEndpointRouteBuilder api)
    {
        api.MapGet("/invoices", (string? of, string? series, string? cursor, int? limit, ListInvoices invoices, Caller caller, CancellationToken stop) => invoices.Handle(of, series, cursor, limit, caller, stop))
            .ForSignedIn().Scope(Scopes.OrdersRead).WithName("ListInvoices").WithTags("Orders").WithSummary("Invoices and credit notes that charge the caller (of=received), or that their shops issued (of=issued), newest first.");
        api.MapGet("/invoices/{id:guid}", (Guid id, ReadInvoice invoice, Caller caller, CancellationToken stop) => invoice.Handle(id, caller, stop))
            .ForSignedIn().Scope(Scopes.OrdersRead).WithName("ReadInvoice").WithTags("Orders").WithSummary("An invoice or credit note with its lines, and its paper as it was made.");
        api.MapGet("/tax-rates", async (string? country, NpgsqlDataSource source, CancellationToken stop) => new { Data = await TaxRate.All(country, source, stop) })
            .ForRight(Rights.Finance).NotForKeys().WithName("ListTaxRates").WithTags("Orders").WithSummary("Every rate of every country with its days. Staff.");
        api.MapPut("/tax-rates", (SetTaxRate.Request request, Caller caller, UnitOfWork work, IAudit audit, TimeProvider clock) => SetTaxRate.Handle(request, caller, work, audit, clock))
            .Writes<SetTaxRate.Request, TaxRate>().ForRight(Rights.Finance).NotForKeys().WithName("SetTaxRate").WithTags("Orders").WithSummary("Writes a rate that begins today or later, or ends one. Orders that were placed keep theirs. Staff.");
        api.MapGet("/taxes", ([AsParameters] ReadTaxes.Request request, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop) => ReadTaxes.Handle(request, source, clock, stop))
            .ForRight(Rights.Finance).NotForKeys().WithName("ReadTaxes").WithTags("Orders").WithSummary("Taxes by month, country and rate, as they were frozen into the lines. Staff.");
        api.MapGet("/taxes.csv", ([AsParameters] ReadTaxes.Request request, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop) => ReadTaxes.File(request, source, clock, stop))
            .ForRight(Rights.Finance).Produces(200, contentType: "text/csv").NotForKeys().WithName("ExportTaxes").WithTags("Orders").WithSummary("The same as a CSV file. Staff.");
    }
}
