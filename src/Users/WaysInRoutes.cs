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

/// <summary>Signing in and out: passwords, mailed links, passkeys, codes, sessions, and what changes them. Their part of the module's table of contents.</summary>
internal static class WaysInRoutes
{
    public static void AddWaysIn(this IServiceCollection services, IConfiguration configuration)
    {
        AddPasswords(services, configuration);
        services.AddSingleton<LastSeen>();
        services.AddHostedService(provider => provider.GetRequiredService<LastSeen>());
        services.AddSingleton<LiveSessions>();
        services.AddSingleton<SessionCookie>();
        services.AddSingleton<LinkCookie>();
        services.AddSingleton<PendingCookie>();
        services.AddScoped<Entrance>();
        services.AddScoped<FrontDoor>();
        services.AddScoped<Throttle>();
        services.AddAuthentication(SessionHandler.Name).AddScheme<AuthenticationSchemeOptions, SessionHandler>(SessionHandler.Name, null);
        services.AddSchedule<PurgeSessions>("users.purge_sessions", TimeSpan.FromHours(6));

        services.AddScoped<PasswordLinks>();
        services.AddSingleton<IValidator<AskPasswordLink.Request>, AskPasswordLink.Validator>();
        services.AddSingleton<IValidator<ChoosePassword.Request>, ChoosePassword.Validator>();
        services.AddSchedule<PurgePasswordLinks>("users.purge_password_links", TimeSpan.FromHours(6));
        services.AddSingleton<IValidator<SignIn.Request>, SignIn.Validator>();

        services.AddScoped<IPersonalData, SessionData>();
        services.AddScoped<IPersonalData, MailedLinkData>();
        services.AddScoped<IPersonalData, AuthenticatorData>();
        services.AddScoped<IPersonalData, PasskeyData>();

        services.AddScoped<MailedLinks>();
        services.AddSchedule<PurgeMailedLinks>("users.purge_mailed_links", TimeSpan.FromHours(6));
        services.AddSingleton<IValidator<AskMagicLink.Request>, AskMagicLink.Validator>();
        services.AddSingleton<IValidator<ConsumeMagicLink.Request>, ConsumeMagicLink.Validator>();

        services.AddScoped<Authenticators>();
        services.AddSingleton<IValidator<EnterCode.Request>, EnterCode.Validator>();
        services.AddSingleton<IValidator<ManageAuthenticator.Request>, ManageAuthenticator.Validator>();
        services.AddSingleton<IValidator<ProveYourself.Request>, ProveYourself.Validator>();

        services.AddSingleton(provider => new PasskeySettings(configuration, provider.GetRequiredService<IHostEnvironment>()));
        services.AddOptions<IdentityPasskeyOptions>().Configure<PasskeySettings>((passkeys, settings) => settings.Apply(passkeys));
        services.AddScoped<IPasskeyHandler<Account>, PasskeyHandler<Account>>();
        services.AddScoped<AccountStore>();
        services.AddScoped<PasskeyCeremony>();
        services.AddSingleton<IValidator<AddPasskey.Request>, AddPasskey.Validator>();
        services.AddSingleton<IValidator<RenamePasskey.Request>, RenamePasskey.Validator>();
        services.AddSingleton<IValidator<SignInByPasskey.Request>, SignInByPasskey.Validator>();

        services.AddSingleton<IValidator<ChangePassword.Request>, ChangePassword.Validator>();
        services.AddSingleton<IValidator<ChangeEmail.Request>, ChangeEmail.Validator>();
        services.AddSingleton<IValidator<ConfirmEmail.Request>, ConfirmEmail.Validator>();
        services.AddSingleton<IValidator<RevertEmail.Request>, RevertEmail.Validator>();

        services.AddMenu<Texts>("account", 902, "Security", "/account/security", "shield-check");
        services.AddMenu<Texts>("account", 910, "Where you are signed in", "/account/sessions", "monitor-smartphone");
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapWaysIn(this IEndpointRouteBuilder api)
    {
        MapSessions(api);
        MapPasswords(api);
        MapMailedLinks(api);
        MapPasskeys(api);
        MapAuthenticator(api);
    }

    private static void MapSessions(IEndpointRouteBuilder api)
    {
        api.MapPost("/sessions", async (SignIn.Request request, HttpContext http, ILookupNormalizer normalizer, NpgsqlDataSource source, Passwords passwords, Throttle throttle, Entrance entrance, Writes writes, UnitOfWork work) =>
                Opened((await SignIn.Handle(request, Visit.Of(http), normalizer, source, passwords, throttle, entrance, writes, work)).OrRefuse()))
            .WritesInSteps<SignIn.Request, Entry>(201).ForAnyone().NotForKeys().WithName("SignIn").WithTags("Accounts").WithSummary("Sign in: a token for Authorization: Bearer. 401 second_factor_required carries a challenge for POST /sessions/second-factor");

        api.MapPost("/sessions/second-factor", async (EnterCode.Request request, HttpContext http, Entrance entrance, Authenticators authenticators, IAudit audit, Throttle throttle, Writes writes, UnitOfWork work, TimeProvider clock) =>
                Opened(await EnterCode.Handle(request, Visit.Of(http), entrance, authenticators, audit, throttle, writes, work, clock)))
            .WritesInSteps<EnterCode.Request, Entry>(201).ForAnyone().NotForKeys().WithName("EnterCode").WithTags("Accounts").WithSummary("The second half of a sign-in: a code of the authenticator app, or a recovery code");

        api.MapGet("/sessions", (string? platform, string? cursor, int? limit, Caller caller, UsersDb db, UnitOfWork work, Cursors cursors, TimeProvider clock) => OwnSessions.Paged(platform, cursor, limit, caller, db, work, cursors, clock))
            .ForSignedIn().NotForKeys().WithName("ListSessions").WithTags("Accounts").WithSummary("Where one is signed in, newest first. Filter: platform (market, weokto, stam)");

        api.MapDelete("/sessions/current", (Caller caller, UnitOfWork work, LiveSessions sessions, TimeProvider clock) => EndSessions.Current(caller, work, sessions, clock))
            .Writes().ForSignedIn().NotForKeys().WithName("SignOut").WithTags("Accounts").WithSummary("End the session of this token");

        api.MapDelete("/sessions/{id:guid}", (Guid id, Caller caller, UnitOfWork work, LiveSessions sessions, TimeProvider clock) => EndSessions.One(id, caller, work, sessions, clock))
            .Writes().ForSignedIn().NotForKeys().WithName("EndSession").WithTags("Accounts").WithSummary("Sign out somewhere else");

        api.MapDelete("/sessions", (Caller caller, UnitOfWork work, LiveSessions sessions, TimeProvider clock) => EndSessions.Others(caller, work, sessions, clock))
            .Writes().ForSignedIn().NotForKeys().WithName("EndOtherSessions").WithTags("Accounts").WithSummary("Sign out everywhere but here");

        api.MapPost("/sessions/current/proof", (ProveYourself.Request request, Caller caller, HttpContext http, NpgsqlDataSource source, Passwords passwords, Authenticators authenticators, PasskeyCeremony passkeys, MailedLinks links, Throttle throttle, Writes writes, UnitOfWork work, LiveSessions sessions, TimeProvider clock) =>
                ProveYourself.Handle(request, caller, http, source, passwords, authenticators, passkeys, links, throttle, writes, work, sessions, clock))
            .WritesInSteps<ProveYourself.Request, ProveYourself.Reply>().ForSignedIn().NotForKeys().WithName("ProveYourself").WithTags("Accounts").WithSummary("Step-up: one of password, code, passkey or the token of a mailed link. The session gets a new token");

        api.MapPost("/sessions/current/proof-links", async (Caller caller, NpgsqlDataSource source, MailedLinks links, Throttle throttle, Writes writes) =>
            {
                await ProveYourself.Mail(null, caller, source, links, throttle, writes);
                return TypedResults.NoContent();
            })
            .WritesInSteps<NoBody, NoContent>(204).ForSignedIn().NotForKeys().WithName("AskProofLink").WithTags("Accounts").WithSummary("Mail a link to prove oneself by, for an account that has no other way");
    }

    private static void MapPasswords(IEndpointRouteBuilder api)
    {
        api.MapPost("/password-links", async (AskPasswordLink.Request request, HttpContext http, ILookupNormalizer normalizer, PasswordLinks links, Throttle throttle, Writes writes, UnitOfWork work) =>
            {
                await AskPasswordLink.Handle(request, Visit.Of(http), normalizer, links, throttle, writes, work);
                return TypedResults.NoContent();
            })
            .WritesInSteps<AskPasswordLink.Request, NoContent>(204).ForAnyone().NotForKeys().WithName("AskPasswordLink").WithTags("Accounts").WithSummary("Mail a link to choose a password by. The answer is the same for an address that nobody has");

        api.MapPost("/passwords", async (ChoosePassword.Request request, HttpContext http, Caller caller, PasswordLinks links, Passwords passwords, ILookupNormalizer normalizer, Throttle throttle, IAudit audit, Writes writes, UnitOfWork work, LiveSessions sessions, TimeProvider clock) =>
            {
                await ChoosePassword.Handle(request, Visit.Of(http), caller, links, passwords, normalizer, throttle, audit, writes, work, sessions, clock);
                return TypedResults.NoContent();
            })
            .WritesInSteps<ChoosePassword.Request, NoContent>(204).ForAnyone().NotForKeys().WithName("ChoosePassword").WithTags("Accounts").WithSummary("Choose a password by a mailed link; ends all other sessions");

        api.MapPut("/me/password", async (ChangePassword.Request request, Caller caller, Passwords passwords, UsersDb db, IAudit audit, Writes writes, UnitOfWork work, LiveSessions sessions, TimeProvider clock) =>
            {
                await ChangePassword.Handle(request, caller, passwords, db, audit, writes, work, sessions, clock);
                return TypedResults.NoContent();
            })
            .WritesInSteps<ChangePassword.Request, NoContent>(204).ForSignedIn().NotForKeys().WithName("ChangePassword").WithTags("Accounts").WithSummary("Another password; ends all other sessions (needs a fresh proof)");
    }

    private static void MapMailedLinks(IEndpointRouteBuilder api)
    {
        api.MapPost("/magic-links", async (AskMagicLink.Request request, HttpContext http, ILookupNormalizer normalizer, MailedLinks links, Throttle throttle, Writes writes, UnitOfWork work, TimeProvider clock) =>
                TypedResults.Accepted((string?)null, await AskMagicLink.Handle(request, null, Visit.Of(http), normalizer, links, throttle, writes, work, clock)))
            .WritesInSteps<AskMagicLink.Request, AskMagicLink.Reply>(202).ForAnyone().NotForKeys().WithName("AskMagicLink").WithTags("Accounts").WithSummary("Mail a link to sign in by. The answer is the same for an address that nobody has; its nonce is handed back with the link's token");

        api.MapPost("/magic-links/consume", async (ConsumeMagicLink.Request request, HttpContext http, MailedLinks links, Entrance entrance, Throttle throttle, Writes writes, UnitOfWork work, TimeProvider clock) =>
                Opened((await ConsumeMagicLink.Handle(request, Visit.Of(http), links, entrance, throttle, writes, work, clock)).Entered.OrRefuse()))
            .WritesInSteps<ConsumeMagicLink.Request, Entry>(201).ForAnyone().NotForKeys().WithName("ConsumeMagicLink").WithTags("Accounts").WithSummary("Sign in by a mailed link, once");

        api.MapPost("/email-changes", async (ChangeEmail.Request request, Caller caller, ILookupNormalizer normalizer, MailedLinks links, Throttle throttle, Writes writes, UnitOfWork work, TimeProvider clock) =>
            {
                await ChangeEmail.Handle(request, caller, normalizer, links, throttle, writes, work, clock);
                return TypedResults.NoContent();
            })
            .WritesInSteps<ChangeEmail.Request, NoContent>(204).ForSignedIn().NotForKeys().WithName("ChangeEmail").WithTags("Accounts").WithSummary("Mail a link to a new address; following it changes the account's (needs a fresh proof)");

        api.MapPost("/email-verifications", async (Caller caller, MailedLinks links, Throttle throttle, Writes writes, UnitOfWork work) =>
            {
                await VerifyEmail.Handle(caller, links, throttle, writes, work);
                return TypedResults.NoContent();
            })
            .WritesInSteps<NoBody, NoContent>(204).ForSignedIn().NotForKeys().WithName("VerifyEmail").WithTags("Accounts").WithSummary("Mail a link to one's own address, to show that it arrives");

        api.MapPost("/email-confirmations", (ConfirmEmail.Request request, MailedLinks links, ILookupNormalizer normalizer, IAudit audit, UnitOfWork work, LiveSessions sessions, TimeProvider clock) => ConfirmEmail.Handle(request, links, normalizer, audit, work, sessions, clock))
            .Writes<ConfirmEmail.Request>().ForAnyone().NotForKeys().WithName("ConfirmEmail").WithTags("Accounts").WithSummary("Follow a link that was mailed to an address");

        api.MapPost("/email-reversions", (RevertEmail.Request request, MailedLinks links, PasswordLinks passwords, ILookupNormalizer normalizer, IAudit audit, UnitOfWork work, LiveSessions sessions, TimeProvider clock) => RevertEmail.Handle(request, links, passwords, normalizer, audit, work, sessions, clock))
            .Writes<RevertEmail.Request>().ForAnyone().NotForKeys().WithName("RevertEmail").WithTags("Accounts").WithSummary("Undo a change of address by the link that the old one got; ends all sessions");
    }

    private static void MapPasskeys(IEndpointRouteBuilder api)
    {
        api.MapPost("/passkey-challenges", async (HttpContext http, Caller caller, PasskeyCeremony ceremony, UsersDb db) => await AskForPasskey.Handle(caller, http, ceremony, db))
            .WritesInSteps<NoBody, PasskeyQuestion>().ForAnyone().NotForKeys().WithName("AskForPasskey").WithTags("Accounts").WithSummary("Options for navigator.credentials.get, and their challenge: to sign in, or to prove oneself when signed in");

        api.MapPost("/sessions/passkey", async (SignInByPasskey.Request request, HttpContext http, PasskeyCeremony ceremony, Entrance entrance, Throttle throttle, Writes writes) =>
                Opened((await SignInByPasskey.Handle(request, Visit.Of(http), http, ceremony, entrance, throttle, writes)).OrRefuse()))
            .WritesInSteps<SignInByPasskey.Request, Entry>(201).ForAnyone().NotForKeys().WithName("SignInByPasskey").WithTags("Accounts").WithSummary("Sign in by a passkey");

        api.MapGet("/passkeys", (string? cursor, int? limit, Caller caller, NpgsqlDataSource source, Cursors cursors, CancellationToken stop) => ListPasskeys.Paged(cursor, limit, caller, source, cursors, stop))
            .ForSignedIn().NotForKeys().WithName("ListPasskeys").WithTags("Accounts").WithSummary("One's own passkeys, oldest first");

        api.MapPatch("/passkeys/{id:guid}", (Guid id, RenamePasskey.Request request, Caller caller, UnitOfWork work) => RenamePasskey.Handle(id, request, caller, work))
            .Writes<RenamePasskey.Request>().ForSignedIn().NotForKeys().WithName("RenamePasskey").WithTags("Accounts").WithSummary("Give a passkey another name");

        api.MapDelete("/passkeys/{id:guid}", (Guid id, Caller caller, IAudit audit, UnitOfWork work, TimeProvider clock) => RemovePasskey.Handle(id, caller, audit, work, clock))
            .Writes().ForSignedIn().NotForKeys().WithName("RemovePasskey").WithTags("Accounts").WithSummary("Remove a passkey (needs a fresh proof)");
    }

    private static void MapAuthenticator(IEndpointRouteBuilder api)
    {
        api.MapPost("/authenticator", async (Caller caller, Authenticators authenticators, UsersDb db, Writes writes, TimeProvider clock) =>
            {
                await writes.Run(() => ManageAuthenticator.Begin(caller, authenticators, clock));
                return await ManageAuthenticator.Shown(caller, authenticators, db);
            })
            .WritesInSteps<NoBody, ManageAuthenticator.Setup>().ForSignedIn().NotForKeys().WithName("SetUpAuthenticator").WithTags("Accounts").WithSummary("The secret for an authenticator app; asked for at sign-in once a first code has confirmed it (needs a fresh proof)");

        api.MapPost("/authenticator/confirmation", (ManageAuthenticator.Request request, Caller caller, Authenticators authenticators, IAudit audit, Writes writes, UnitOfWork work, TimeProvider clock) =>
                writes.Run(() => ManageAuthenticator.Confirm(request, caller, authenticators, audit, work, clock)))
            .WritesInSteps<ManageAuthenticator.Request, ManageAuthenticator.Recovery>().ForSignedIn().NotForKeys().WithName("ConfirmAuthenticator").WithTags("Accounts").WithSummary("Turn the authenticator app on by a first code: the recovery codes are shown here only");

        api.MapPost("/authenticator/recovery-codes", (Caller caller, Authenticators authenticators, IAudit audit, Writes writes, UnitOfWork work, TimeProvider clock) =>
                writes.Run(() => ManageAuthenticator.Renew(caller, authenticators, audit, work, clock)))
            .WritesInSteps<NoBody, ManageAuthenticator.Recovery>().ForSignedIn().NotForKeys().WithName("RenewRecoveryCodes").WithTags("Accounts").WithSummary("Ten new recovery codes in place of those before (needs a fresh proof)");

        api.MapDelete("/authenticator", (Caller caller, Authenticators authenticators, IAudit audit, UnitOfWork work, TimeProvider clock) => ManageAuthenticator.TurnOff(caller, authenticators, audit, work, clock))
            .Writes().ForSignedIn().NotForKeys().WithName("TurnAuthenticatorOff").WithTags("Accounts").WithSummary("Ask for no codes any more (needs a fresh proof)");
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

    private static Created<Entry> Opened(Entry entry) => TypedResults.Created("/api/v1/sessions/current", entry);
}
