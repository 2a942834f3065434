using FluentValidation;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Users;

/// <summary>Profiles, talents, the directory, address books and tiers: their part of the module's table of contents.</summary>
internal static class PeopleRoutes
{
    public static void AddPeople(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(new Tiers(configuration));
        services.AddScoped<ISubject, FieldSubject>();
        services.AddScoped<IPersonalData, ProfileData>();
        services.AddScoped<IPersonalData, AddressData>();
        services.AddScoped<IPersonalData, FieldRequestData>();

        services.AddSingleton<IValidator<EditProfile.Request>, EditProfile.Validator>();
        services.AddSingleton<IValidator<ChooseTalents.Request>, ChooseTalents.Validator>();
        services.AddSingleton<IValidator<ProposeField.Request>, ProposeField.Validator>();
        services.AddSingleton<IValidator<JudgeField.Approval>, JudgeField.ApprovalValidator>();
        services.AddSingleton<IValidator<JudgeField.Rejection>, JudgeField.RejectionValidator>();
        services.AddSingleton<IValidator<AddressForm>, AddressRules.Validator>();
        services.AddSingleton<IValidator<ChangeStanding.Request>, ChangeStanding.Validator>();

        services.AddMenu<Texts>("account", 850, "Profile", "/account/profile", "id-card");
        services.AddMenu<Texts>("account", 880, "Addresses", "/account/addresses", "map-pin");
        services.AddMenu<Texts>("admin", 50, "Skills and genres", "/admin/fields", "tags", right: Rights.People + Access.Or + Rights.Moderation);
        services.AddMenu<Texts>("footer", 30, "People", "/people", "users");
        services.AddSlot("admin-person", 20, "/Pages/Admin/People/_Standing.cshtml", async (http, account) => account is Guid id && Caller.From(http.User).Has(Rights.People)
            ? await ChangeStanding.Standing.Read(id, http.RequestServices.GetRequiredService<UnitOfWork>(), http.RequestServices.GetRequiredService<NpgsqlDataSource>(), http.RequestAborted)
            : null);
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapPeople(this IEndpointRouteBuilder api)
    {
        MapProfiles(api);
        MapTalents(api);
        MapAddresses(api);
        api.MapGet("/people", ([AsParameters] FindPeople.Query query, string? cursor, int? limit, Caller caller, NpgsqlDataSource source, Cursors cursors, CancellationToken stop) =>
                FindPeople.Handle(query, cursor, limit, caller, source, cursors, stop))
            .ForAnyone().Scope(Scopes.PeopleRead).WithName("ListPeople").WithTags("People").WithSummary("People by name, talent, skill, genre, level and country, or near (me, or a city) in bands of distance.");
        api.MapGet("/tiers", (Tiers tiers) => new { Data = tiers.All })
            .ForAnyone().Scope(Scopes.PeopleRead).WithName("ListTiers").WithTags("People").WithSummary("What each tier brings: commission in basis points, featured products, perks.");
        api.MapPatch("/people/{id:guid}/standing", (Guid id, ChangeStanding.Request request, Caller caller, UsersDb db, UnitOfWork work, NpgsqlDataSource source, IUsers users, IAudit audit, TimeProvider clock) =>
                ChangeStanding.Handle(id, request, caller, db, work, source, users, audit, clock)).Writes<ChangeStanding.Request, ChangeStanding.Standing>()
            .ForRight(Rights.People).NotForKeys().WithName("ChangeStanding").WithTags("People").WithSummary("Sets somebody's tier, badge or partner flag; needs a fresh sign-in.");
    }

    private static void MapProfiles(IEndpointRouteBuilder api)
    {
        api.MapGet("/people/{username}", (string username, Caller caller, UnitOfWork work, NpgsqlDataSource source, CancellationToken stop) => PublicProfile.Read(username, caller, work, source, stop))
            .ForAnyone().Scope(Scopes.PeopleRead).WithName("ReadPerson").WithTags("People").WithSummary("Somebody's profile, as far as they show it to the caller.");
        api.MapGet("/me/profile", async (HttpContext http, Caller caller, UnitOfWork work, NpgsqlDataSource source, CancellationToken stop) =>
            {
                var profile = await OwnProfile.Read(caller, work, source, stop);
                return Versions.Tagged(http, profile, $"{profile.Version}");
            })
            .ForSignedIn().Produces<OwnProfile>().Scope(Scopes.AccountRead).WithName("ReadProfile").WithTags("People").WithSummary("The caller's own profile.");
        api.MapPatch("/me/profile", (EditProfile.Request request, HttpContext http, Caller caller, UsersDb db, UnitOfWork work, NpgsqlDataSource source, Tiers tiers, TimeProvider clock) =>
                EditProfile.Handle(request, Versions.Expected(http), caller, db, work, source, tiers, clock)).Writes<EditProfile.Request, OwnProfile>()
            .ForSignedIn().NotForKeys().WithName("EditProfile").WithTags("People").WithSummary("Changes what is said, keeps the rest, an empty text takes away; needs If-Match.");
        api.MapProfilePictures();
    }

    private static void MapTalents(IEndpointRouteBuilder api)
    {
        api.MapGet("/talents", (NpgsqlDataSource source, CancellationToken stop) => TalentList.Read(source, stop))
            .ForAnyone().Scope(Scopes.PeopleRead).WithName("ListTalents").WithTags("People").WithSummary("The eight categories with their skills, and genres with their sub-genres.");
        api.MapPut("/me/talents", (ChooseTalents.Request request, Caller caller, UsersDb db, UnitOfWork work, NpgsqlDataSource source, TimeProvider clock) => ChooseTalents.Handle(request, caller, db, work, source, clock))
            .Writes<ChooseTalents.Request, OwnProfile>().ForSignedIn().NotForKeys().WithName("ChooseTalents").WithTags("People").WithSummary("The caller's categories (4), skills (20) and genres (10), in place of those before.");
        api.MapPost("/field-requests", (ProposeField.Request request, Caller caller, UnitOfWork work, TimeProvider clock) => ProposeField.Handle(request, caller, work, clock)).Writes<ProposeField.Request, FieldProposal>(201)
            .ForSignedIn().NotForKeys().WithName("ProposeField").WithTags("People").WithSummary("Proposes a skill or genre that is missing; enough people (3, 5) make it real.");
        api.MapGet("/me/field-requests", async (Caller caller, NpgsqlDataSource source, CancellationToken stop) => new { Data = await ListFields.Own(caller, source, stop) })
            .ForSignedIn().Scope(Scopes.AccountRead).WithName("ListOwnFieldRequests").WithTags("People").WithSummary("What the caller proposed, newest first, and what became of it.");
        api.MapGet("/moderation/field-requests", ListFields.Handle)
            .ForRight(Rights.People, Rights.Moderation).NotForKeys().WithName("ListFieldRequests").WithTags("People").WithSummary("Proposals of one state (pending, auto_approved, approved, rejected), oldest first.");
        api.MapPost("/field-requests/{id:guid}/approval", (Guid id, JudgeField.Approval request, Caller caller, UnitOfWork work, IAudit audit, TimeProvider clock) => JudgeField.Approve(id, request, caller, work, audit, clock))
            .Writes<JudgeField.Approval, FieldProposal>().ForRight(Rights.People, Rights.Moderation).NotForKeys().WithName("ApproveField").WithTags("People").WithSummary("Puts a proposal into the list, better spelt if need be.");
        api.MapPost("/field-requests/{id:guid}/rejection", (Guid id, JudgeField.Rejection request, Caller caller, UnitOfWork work, IAudit audit, TimeProvider clock) => JudgeField.Reject(id, request, caller, work, audit, clock))
            .Writes<JudgeField.Rejection, FieldProposal>().ForRight(Rights.People, Rights.Moderation).NotForKeys().WithName("RejectField").WithTags("People").WithSummary("Turns a proposal down and says why.");
    }

    private static void MapAddresses(IEndpointRouteBuilder api)
    {
        api.MapGet("/me/addresses", async (Caller caller, UsersDb db, UnitOfWork work, CancellationToken stop) => new { Data = await AddressBook.List(caller, db, work, stop) })
            .ForSignedIn().NotForKeys().WithName("ListAddresses").WithTags("People").WithSummary("The caller's address book: at most 20, the usual ones first.");
        api.MapGet("/me/addresses/{id:guid}", (Guid id, Caller caller, UsersDb db, UnitOfWork work, CancellationToken stop) => AddressBook.Read(id, caller, db, work, stop))
            .ForSignedIn().NotForKeys().WithName("ReadAddress").WithTags("People").WithSummary("One of the caller's addresses.");
        api.MapPost("/me/addresses", (AddressForm form, Caller caller, UsersDb db, UnitOfWork work, TimeProvider clock) => AddressBook.Add(form, caller, db, work, clock))
            .Writes<AddressForm, AddressBook.View>(201, location: a => $"/api/v1/me/addresses/{a.Id}").ForSignedIn().NotForKeys().WithName("AddAddress").WithTags("People").WithSummary("Adds an address; the first is the usual one.");
        api.MapPatch("/me/addresses/{id:guid}", (Guid id, AddressForm form, Caller caller, UsersDb db, UnitOfWork work, TimeProvider clock) => AddressBook.Change(id, form, caller, db, work, clock))
            .Writes<AddressForm, AddressBook.View>().ForSignedIn().NotForKeys().WithName("ChangeAddress").WithTags("People").WithSummary("Changes what is said, keeps the rest, an empty text takes away.");
        api.MapDelete("/me/addresses/{id:guid}", (Guid id, Caller caller, UnitOfWork work) => AddressBook.Remove(id, caller, work))
            .Writes().ForSignedIn().NotForKeys().WithName("RemoveAddress").WithTags("People").WithSummary("Removes an address; orders keep their copies.");
    }
}
