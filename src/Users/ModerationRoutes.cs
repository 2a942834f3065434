using FluentValidation;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Users;

/// <summary>What staff does about people, the log of it, and what people may do about their data. Their part of the module's table of contents.</summary>
internal static class ModerationRoutes
{
    public static void AddModeration(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddScoped<IAudit, Audit>();
        services.AddSingleton(new AuditHeadFile(Path.Combine(Path.GetFullPath(configuration["Marketplace:Home"] ?? ".local"), "audit")));
        services.AddSchedule<SealAudit>("users.seal_audit", TimeSpan.FromMinutes(1));
        services.AddSingleton<IInvariant, VerifyAudit>();
        services.AddMenu<Texts>("admin", 880, "Audit log", "/admin/audit", "scroll-text", right: Rights.System);

        services.AddSingleton<IValidator<SanctionPerson.Request>, SanctionPerson.Validator>();
        services.AddSingleton<IValidator<ReinstatePerson.Request>, ReinstatePerson.Validator>();
        services.AddSingleton<IValidator<MakeAppeal.Request>, MakeAppeal.Validator>();
        services.AddSingleton<IValidator<AnswerAppeal.Request>, AnswerAppeal.Validator>();
        services.AddSingleton<IValidator<Impersonate.Request>, Impersonate.Validator>();
        services.AddSlot("ribbon", 10, "/Pages/Users/_Eyes.cshtml", (http, _) => Task.FromResult<object?>(Caller.From(http.User) is { Impersonator: not null } caller ? caller : null));
        services.AddSingleton<IValidator<MakeReport.Request>, MakeReport.Validator>();
        services.AddSingleton<IValidator<JudgeReport.Request>, JudgeReport.Validator>();
        services.AddMenu<Texts>("admin", 40, "Reports", "/admin/reports", "flag", right: Rights.Moderation);
        services.AddScoped<IPersonalData, AccountData>();
        services.AddScoped<IPersonalData, ModerationData>();
        services.AddReaction<DataExportAsked, OnDataExportAsked>();
        services.AddSchedule<PurgeExports>("users.purge_exports", TimeSpan.FromHours(6));
        services.AddSchedule<ErasePeople>("users.erase_people", TimeSpan.FromHours(1));
        services.AddMenu<Texts>("account", 950, "Your data", "/account/data", "download");
        services.AddSchedule<LiftSanctions>("users.lift_sanctions", TimeSpan.FromMinutes(1));
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapModeration(this IEndpointRouteBuilder api)
    {
        api.MapGet("/audit.csv", ([AsParameters] BrowseAudit.Asked asked, NpgsqlDataSource source) => BrowseAudit.File(asked, source))
            .ForRight(Rights.System).Produces(200, contentType: "text/csv").NotForKeys().WithName("ExportAudit").WithTags("Staff").WithSummary("The audit log as the filters show it, as a CSV file");

        api.MapPost("/people/{id:guid}/sanctions", (Guid id, SanctionPerson.Request request, Caller caller, UsersDb db, UnitOfWork work, LiveSessions sessions, IAudit audit, TimeProvider clock) =>
                SanctionPerson.Handle(id, request, caller, db, work, sessions, audit, clock))
            .ForRight(Rights.People).Writes<SanctionPerson.Request, SanctionView>(201).NotForKeys().WithName("SanctionPerson").WithTags("Staff").WithSummary("Suspend somebody, for a time or until further notice, or ban them");
        api.MapPost("/people/{id:guid}/reinstatement", (Guid id, ReinstatePerson.Request request, Caller caller, UsersDb db, UnitOfWork work, LiveSessions sessions, IAudit audit, TimeProvider clock) =>
                ReinstatePerson.Handle(id, request, caller, db, work, sessions, audit, clock))
            .ForRight(Rights.People).Writes<ReinstatePerson.Request, SanctionView>().NotForKeys().WithName("ReinstatePerson").WithTags("Staff").WithSummary("End a suspension or ban");
        api.MapPost("/people/{id:guid}/appeal-answer", (Guid id, AnswerAppeal.Request request, Caller caller, UsersDb db, UnitOfWork work, LiveSessions sessions, IAudit audit, TimeProvider clock) =>
                AnswerAppeal.Handle(id, request, caller, db, work, sessions, audit, clock))
            .ForRight(Rights.People).Writes<AnswerAppeal.Request, SanctionView>().NotForKeys().WithName("AnswerAppeal").WithTags("Staff").WithSummary("Answer an appeal; accepting it reinstates the person");
        api.MapPost("/reports", (MakeReport.Request request, Caller caller, UsersDb db, UnitOfWork work, Subjects subjects, TimeProvider clock) => MakeReport.Handle(request, caller, db, work, subjects, clock))
            .ForSignedIn().Writes<MakeReport.Request, MakeReport.Reply>(201).NotForKeys().WithName("MakeReport").WithTags("Reports").WithSummary("Say that a product, a shop or a person is against the rules");
        api.MapGet("/reports", (string? cursor, int? limit, Caller caller, UsersDb db, Cursors cursors, CancellationToken stop) => ReportQueue.Own(cursor, limit, caller, db, cursors, stop))
            .ForSignedIn().NotForKeys().WithName("ListOwnReports").WithTags("Reports").WithSummary("What the caller has reported and what came of it, newest first");
        api.MapPost("/reports/{id:guid}/verdict", (Guid id, JudgeReport.Request request, Caller caller, UsersDb db, UnitOfWork work, Subjects subjects, IAudit audit, TimeProvider clock) =>
                JudgeReport.Handle(id, request, caller, db, work, subjects, audit, clock))
            .ForRight(Rights.Moderation).Writes<JudgeReport.Request, JudgeReport.Reply>().NotForKeys().WithName("JudgeReport").WithTags("Reports").WithSummary("Judge a report: upheld, rejected, or false (a strike); once more to reverse it");
        api.MapPost("/me/export", (Caller caller, UnitOfWork work, TimeProvider clock) => ExportData.Handle(caller, work, clock))
            .ForSignedIn().Writes<NoBody, ExportView>(202).NotForKeys().WithName("ExportOwnData").WithTags("Accounts").WithSummary("Gather all that is kept about the caller: a zip of JSON files, told by a notification");
        api.MapGet("/me/exports", async (Caller caller, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop) => new { data = await ExportData.Own(caller, source, clock, stop) })
            .ForSignedIn().NotForKeys().WithName("ListOwnExports").WithTags("Accounts").WithSummary("Exports that can be fetched or are being made");
        api.MapGet("/me/exports/{id:guid}/file", async (Guid id, Caller caller, NpgsqlDataSource source, Blobs blobs, TimeProvider clock, HttpContext http, CancellationToken stop) =>
            {
                http.Response.Headers.CacheControl = "private, no-store";
                return Results.File(await ExportData.Open(id, caller, source, blobs, clock, stop), "application/zip", "my-data.zip");
            })
            .ForSignedIn().Produces(200, contentType: "application/zip").NotForKeys().WithName("FetchOwnExport").WithTags("Accounts").WithSummary("The archive, for seven days and its owner only");
        api.MapDelete("/me", ([FromQuery(Name = "give_up_balance")] bool? giveUpBalance, Caller caller, IEnumerable<IPersonalData> sections, UnitOfWork work, LiveSessions sessions, IAudit audit, TimeProvider clock) =>
                EraseAccount.Handle(giveUpBalance == true, caller, sections, work, sessions, audit, clock))
            .ForSignedIn().Writes<NoBody, EraseAccount.Reply>(202).NotForKeys().WithName("EraseAccount").WithTags("Accounts").WithSummary("Be forgotten in 14 days, unless one signs in again. Needs a fresh proof; refused while something is owed or open");
        api.MapPut("/people/{id:guid}/rights/{right}", (Guid id, string right, Caller caller, UnitOfWork work, LiveSessions sessions, IAudit audit, TimeProvider clock) =>
                ChangeRights.Grant(id, right, caller, work, sessions, audit, clock))
            .ForRight(Rights.Owner).Writes<NoBody, ChangeRights.Reply>().NotForKeys().WithName("GrantRight").WithTags("Staff").WithSummary("Give somebody a right of staff. Needs a fresh proof");
        api.MapDelete("/people/{id:guid}/rights/{right}", (Guid id, string right, Caller caller, UnitOfWork work, LiveSessions sessions, IAudit audit, TimeProvider clock) =>
                ChangeRights.Withdraw(id, right, caller, work, sessions, audit, clock))
            .ForRight(Rights.Owner).Writes<NoBody, ChangeRights.Reply>().NotForKeys().WithName("WithdrawRight").WithTags("Staff").WithSummary("Take a right of staff away; never the last owner's. Needs a fresh proof");
        api.MapPost("/people/{id:guid}/impersonations", (Guid id, Impersonate.Request request, HttpContext http, Caller caller, UsersDb db, UnitOfWork work, IAudit audit, TimeProvider clock) =>
                Impersonate.Handle(id, request, Visit.Of(http), caller, db, work, audit, clock))
            .ForRight(Rights.People).Writes<Impersonate.Request, Impersonate.Reply>(201).NotForKeys().WithName("Impersonate").WithTags("Staff").WithSummary("Look through somebody's eyes for 30 minutes: a token that reads and changes nothing. Needs a fresh proof");
        api.MapGet("/me/sanctions", async (Caller caller, UsersDb db, CancellationToken stop) => new { data = await Standing.Of(caller.Account, db, stop) })
            .ForSignedIn().NotForKeys().WithName("ListOwnSanctions").WithTags("Accounts").WithSummary("What staff did to the caller's account, and the appeals, newest first");
        api.MapPost("/me/appeals", (MakeAppeal.Request request, Caller caller, UsersDb db, UnitOfWork work, TimeProvider clock) => MakeAppeal.Handle(request, caller, db, work, clock))
            .ForSignedIn().Writes<MakeAppeal.Request, SanctionView>(201).NotForKeys().WithName("MakeAppeal").WithTags("Accounts").WithSummary("Appeal against the open suspension, once");
    }
}
