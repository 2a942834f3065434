using FluentValidation;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Marketplace.Users;

/// <summary>The module's table of contents.</summary>
public static class UsersModule
{
    public static IServiceCollection AddUsers(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddModuleDb<UsersDb>(UsersDb.Schema);
        services.AddScoped<IUsers, People>();
        services.AddScoped<ISubject, AccountSubject>();
        services.AddScoped<IAudit, Audit>();
        AddPasswords(services, configuration);

        services.AddSingleton<LastSeen>();
        services.AddHostedService(provider => provider.GetRequiredService<LastSeen>());
        services.AddSingleton<LiveSessions>();
        services.AddSingleton<SessionCookie>();
        services.AddScoped<Throttle>();
        services.AddAuthentication(SessionHandler.Name).AddScheme<AuthenticationSchemeOptions, SessionHandler>(SessionHandler.Name, null);
        services.AddSchedule<PurgeSessions>("users.purge_sessions", TimeSpan.FromHours(6));

        services.AddScoped<GuestAccounts>();
        services.AddScoped<PasswordLinks>();
        services.AddSingleton<IValidator<AskPasswordLink.Request>, AskPasswordLink.Validator>();
        services.AddSingleton<IValidator<ChoosePassword.Request>, ChoosePassword.Validator>();
        services.AddSchedule<PurgePasswordLinks>("users.purge_password_links", TimeSpan.FromHours(6));

        services.AddSingleton<IValidator<SignUp.Request>, SignUp.Validator>();
        services.AddSingleton<IValidator<SignIn.Request>, SignIn.Validator>();
        services.AddSingleton<IValidator<ChangeProfile.Request>, ChangeProfile.Validator>();

        services.AddMenu<Texts>("account", 900, "Account", "/account", "user");
        services.AddMenu<Texts>("account", 910, "Where you are signed in", "/account/sessions", "monitor-smartphone");
        services.AddMenu<Texts>("admin", 100, "People", "/admin/people", "users", right: Rights.People);
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
            .WritesInSteps<SignUp.Request, AccountView>(201).ForAnyone().WithName("SignUp").WithTags("Accounts").WithSummary("Make an account");

        api.MapPost("/sessions", async (SignIn.Request request, HttpContext http, ILookupNormalizer normalizer, NpgsqlDataSource source, Passwords passwords, Throttle throttle, UsersDb db, Writes writes, UnitOfWork work, TimeProvider clock) =>
                TypedResults.Created("/api/v1/sessions/current", await SignIn.Handle(request, Visit.Of(http), normalizer, source, passwords, throttle, db, writes, work, clock)))
            .WritesInSteps<SignIn.Request, Entry>(201).ForAnyone().WithName("SignIn").WithTags("Accounts").WithSummary("Sign in: a token for Authorization: Bearer");

        api.MapDelete("/sessions/current", (Caller caller, UnitOfWork work, LiveSessions sessions, TimeProvider clock) => EndSessions.Current(caller, work, sessions, clock))
            .Writes().ForSignedIn().WithName("SignOut").WithTags("Accounts").WithSummary("End the session of this token");

        api.MapPost("/password-links", async (AskPasswordLink.Request request, HttpContext http, ILookupNormalizer normalizer, PasswordLinks links, Throttle throttle, Writes writes, UnitOfWork work) =>
            {
                await AskPasswordLink.Handle(request, Visit.Of(http), normalizer, links, throttle, writes, work);
                return TypedResults.NoContent();
            })
            .WritesInSteps<AskPasswordLink.Request, NoContent>(204).ForAnyone().WithName("AskPasswordLink").WithTags("Accounts").WithSummary("Mail a link to choose a password by. The answer is the same for an address that nobody has");

        api.MapPost("/passwords", async (ChoosePassword.Request request, HttpContext http, Caller caller, PasswordLinks links, Passwords passwords, ILookupNormalizer normalizer, Throttle throttle, Writes writes, UnitOfWork work, LiveSessions sessions, TimeProvider clock) =>
            {
                await ChoosePassword.Handle(request, Visit.Of(http), caller, links, passwords, normalizer, throttle, writes, work, sessions, clock);
                return TypedResults.NoContent();
            })
            .WritesInSteps<ChoosePassword.Request, NoContent>(204).ForAnyone().WithName("ChoosePassword").WithTags("Accounts").WithSummary("Choose a password by a mailed link; ends all other sessions");

        api.MapGet("/me", (Caller caller, UsersDb db, CancellationToken stop) => AccountView.Read(caller.Account, db, stop))
            .ForSignedIn().WithName("Me").WithTags("Accounts").WithSummary("The account that asks, and what it may do");

        api.MapPatch("/me", (ChangeProfile.Request request, Caller caller, UsersDb db, UnitOfWork work, LiveSessions sessions) => ChangeProfile.Handle(request, caller, db, work, sessions))
            .Writes<ChangeProfile.Request, AccountView>().ForSignedIn().WithName("ChangeProfile").WithTags("Accounts").WithSummary("Change name, username or language");
    }

    private static void AddPasswords(IServiceCollection services, IConfiguration configuration)
    {
        services.AddIdentityCore<Account>().AddUserStore<AccountStore>();
        // What they would look up beforehand, our validators and the table's constraints say better.
        services.RemoveAll<IUserValidator<Account>>();
        services.RemoveAll<IPasswordValidator<Account>>();
        services.Replace(ServiceDescriptor.Singleton<IPasswordHasher<Account>, PasswordHasher<Account>>());
        services.AddSingleton<Passwords>();
        services.AddOptions<PasswordHasherOptions>().Configure<IHostEnvironment>((hasher, environment) =>
        {
            var wanted = configuration.GetValue("Users:PasswordIterations", Passwords.LeastIterations);
            hasher.IterationCount = environment.IsDevelopment() ? wanted : Math.Max(wanted, Passwords.LeastIterations);
        });
    }
}
