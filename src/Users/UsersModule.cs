using FluentValidation;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Users;

/// <summary>The module's table of contents.</summary>
public static class UsersModule
{
    public static IServiceCollection AddUsers(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddModuleDb<UsersDb>(UsersDb.Schema);
        services.AddScoped<IUsers, People>();
        services.AddScoped<ISubject, AccountSubject>();
        services.AddWaysIn(configuration);
        services.AddPeople(configuration);
        services.AddKeys();
        services.AddModeration(configuration);

        services.AddScoped<GuestAccounts>();

        services.AddSingleton<IValidator<SignUp.Request>, SignUp.Validator>();
        services.AddSingleton<IValidator<ChangeProfile.Request>, ChangeProfile.Validator>();

        services.AddMenu<Texts>("account", 900, "Account", "/account", "user");
        services.AddMenu<Texts>("admin", 45, "People", "/admin/people", "users", right: Rights.People);
        services.AddSlot("account-menu", 1000, "/Pages/Users/_SignOut.cshtml", (http, _) => Task.FromResult<object?>(Caller.From(http.User) is { IsSignedIn: true } caller ? caller : null));
        return services;
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapUsers(this IEndpointRouteBuilder api)
    {
        api.MapPost("/accounts", async (SignUp.Request request, HttpContext http, Caller caller, UserManager<Account> users, Passwords passwords, Throttle throttle, UsersDb db, IUsers people, Writes writes, UnitOfWork work, TimeProvider clock) =>
            {
                // The password stays out of what is kept with the key.
                var key = IdempotencyKey.Of(caller, WriteRoutes.Key(http, false), "POST /api/v1/accounts", request with { Password = "" });
                var once = await SignUp.Handle(request, Visit.Of(http), key, users, passwords, throttle, db, people, writes, work, clock);
                if (once.Replayed) http.Response.Headers[WriteRoutes.ReplayedHeader] = "true";
                return TypedResults.Created("/api/v1/me", once.Value);
            })
            .WritesInSteps<SignUp.Request, AccountView>(201).ForAnyone().NotForKeys().WithName("SignUp").WithTags("Accounts").WithSummary("Make an account");

        api.MapPeople();

        api.MapGet("/me", (Caller caller, UsersDb db, CancellationToken stop) => AccountView.Read(caller.Account, db, stop))
            .ForSignedIn().Scope(Scopes.AccountRead).WithName("Me").WithTags("Accounts").WithSummary("The account that asks, and what it may do");

        api.MapPatch("/me", (ChangeProfile.Request request, Caller caller, UsersDb db, UnitOfWork work, LiveSessions sessions) => ChangeProfile.Handle(request, caller, db, work, sessions))
            .Writes<ChangeProfile.Request, AccountView>().ForSignedIn().NotForKeys().WithName("ChangeProfile").WithTags("Accounts").WithSummary("Change name, username or language");

        api.MapWaysIn();
        api.MapKeys();
        api.MapModeration();
    }

    /// <summary>Outside the API: the pictures of profiles, and their form.</summary>
    public static void MapUsersMedia(this IEndpointRouteBuilder site) => site.MapProfileMedia();
}
