using FluentValidation;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
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
        AddAudit(services, configuration);
        AddPasswords(services, configuration);
        services.AddPeople(configuration);

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

        services.AddSingleton<KeyUse>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyUse>());
        services.AddSingleton<LiveKeys>();
        services.AddScoped<IPersonalData, KeysOfPerson>();
        services.AddSingleton<IValidator<CreateKey.Request>, CreateKey.Validator>();
        services.AddSingleton<IValidator<ChangeKey.Request>, ChangeKey.Validator>();
        services.AddSingleton<IValidator<SetKeyTier.Request>, SetKeyTier.Validator>();

        services.AddScoped<GuestAccounts>();
        services.AddScoped<PasswordLinks>();
        services.AddSingleton<IValidator<AskPasswordLink.Request>, AskPasswordLink.Validator>();
        services.AddSingleton<IValidator<ChoosePassword.Request>, ChoosePassword.Validator>();
        services.AddSchedule<PurgePasswordLinks>("users.purge_password_links", TimeSpan.FromHours(6));

        AddWaysIn(services, configuration);
        services.AddSingleton<IValidator<SignUp.Request>, SignUp.Validator>();
        services.AddSingleton<IValidator<SignIn.Request>, SignIn.Validator>();
        services.AddSingleton<IValidator<ChangeProfile.Request>, ChangeProfile.Validator>();

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

        services.AddMenu<Texts>("account", 900, "Account", "/account", "user");
        services.AddMenu<Texts>("account", 902, "Security", "/account/security", "shield-check");
        services.AddMenu<Texts>("account", 910, "Where you are signed in", "/account/sessions", "monitor-smartphone");
        services.AddMenu<Texts>("account", 920, "API keys", "/account/keys", "key-round");
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
            .WritesInSteps<SignUp.Request, AccountView>(201).ForAnyone().NotForKeys().WithName("SignUp").WithTags("Accounts").WithSummary("Make an account");

        api.MapPost("/sessions", async (SignIn.Request request, HttpContext http, ILookupNormalizer normalizer, NpgsqlDataSource source, Passwords passwords, Throttle throttle, Entrance entrance, Writes writes, UnitOfWork work) =>
                Opened((await SignIn.Handle(request, Visit.Of(http), normalizer, source, passwords, throttle, entrance, writes, work)).OrRefuse()))
            .WritesInSteps<SignIn.Request, Entry>(201).ForAnyone().WithName("SignIn").WithTags("Accounts").WithSummary("Sign in: a token for Authorization: Bearer. 401 second_factor_required carries a challenge for POST /sessions/second-factor");

        MapWaysIn(api);
        MapSessions(api);
        api.MapPost("/sessions", async (SignIn.Request request, HttpContext http, ILookupNormalizer normalizer, NpgsqlDataSource source, Passwords passwords, Throttle throttle, UsersDb db, Writes writes, UnitOfWork work, TimeProvider clock) =>
                TypedResults.Created("/api/v1/sessions/current", await SignIn.Handle(request, Visit.Of(http), normalizer, source, passwords, throttle, db, writes, work, clock)))
            .WritesInSteps<SignIn.Request, Entry>(201).ForAnyone().NotForKeys().WithName("SignIn").WithTags("Accounts").WithSummary("Sign in: a token for Authorization: Bearer");

        api.MapDelete("/sessions/current", (Caller caller, UnitOfWork work, LiveSessions sessions, TimeProvider clock) => EndSessions.Current(caller, work, sessions, clock))
            .Writes().ForSignedIn().NotForKeys().WithName("SignOut").WithTags("Accounts").WithSummary("End the session of this token");

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

        api.MapPeople();

        api.MapGet("/me", (Caller caller, UsersDb db, CancellationToken stop) => AccountView.Read(caller.Account, db, stop))
            .ForSignedIn().Scope(Scopes.AccountRead).WithName("Me").WithTags("Accounts").WithSummary("The account that asks, and what it may do");

        MapModeration(api);
        api.MapGet("/audit.csv", ([AsParameters] BrowseAudit.Asked asked, NpgsqlDataSource source) => BrowseAudit.File(asked, source))
            .ForRight(Rights.System).Produces(200, contentType: "text/csv").WithName("ExportAudit").WithTags("Staff").WithSummary("The audit log as the filters show it, as a CSV file");

        api.MapPatch("/me", (ChangeProfile.Request request, Caller caller, UsersDb db, UnitOfWork work, LiveSessions sessions) => ChangeProfile.Handle(request, caller, db, work, sessions))
            .Writes<ChangeProfile.Request, AccountView>().ForSignedIn().NotForKeys().WithName("ChangeProfile").WithTags("Accounts").WithSummary("Change name, username or language");

        MapKeys(api);
    }

    private static void MapWaysIn(IEndpointRouteBuilder api)
    {
        api.MapPost("/sessions/second-factor", async (EnterCode.Request request, HttpContext http, Entrance entrance, Authenticators authenticators, IAudit audit, Throttle throttle, Writes writes, UnitOfWork work, TimeProvider clock) =>
                Opened(await EnterCode.Handle(request, Visit.Of(http), entrance, authenticators, audit, throttle, writes, work, clock)))
            .WritesInSteps<EnterCode.Request, Entry>(201).ForAnyone().WithName("EnterCode").WithTags("Accounts").WithSummary("The second half of a sign-in: a code of the authenticator app, or a recovery code");

        api.MapPost("/magic-links", async (AskMagicLink.Request request, HttpContext http, ILookupNormalizer normalizer, MailedLinks links, Throttle throttle, Writes writes, UnitOfWork work, TimeProvider clock) =>
                TypedResults.Accepted((string?)null, await AskMagicLink.Handle(request, null, Visit.Of(http), normalizer, links, throttle, writes, work, clock)))
            .WritesInSteps<AskMagicLink.Request, AskMagicLink.Reply>(202).ForAnyone().WithName("AskMagicLink").WithTags("Accounts").WithSummary("Mail a link to sign in by. The answer is the same for an address that nobody has; its nonce is handed back with the link's token");

        api.MapPost("/magic-links/consume", async (ConsumeMagicLink.Request request, HttpContext http, MailedLinks links, Entrance entrance, Throttle throttle, Writes writes, UnitOfWork work, TimeProvider clock) =>
                Opened((await ConsumeMagicLink.Handle(request, Visit.Of(http), links, entrance, throttle, writes, work, clock)).Entered.OrRefuse()))
            .WritesInSteps<ConsumeMagicLink.Request, Entry>(201).ForAnyone().WithName("ConsumeMagicLink").WithTags("Accounts").WithSummary("Sign in by a mailed link, once");

        api.MapPost("/passkey-challenges", async (HttpContext http, Caller caller, PasskeyCeremony ceremony, UsersDb db) => await AskForPasskey.Handle(caller, http, ceremony, db))
            .WritesInSteps<NoRequest, PasskeyQuestion>().ForAnyone().WithName("AskForPasskey").WithTags("Accounts").WithSummary("Options for navigator.credentials.get, and their challenge: to sign in, or to prove oneself when signed in");

        api.MapPost("/sessions/passkey", async (SignInByPasskey.Request request, HttpContext http, PasskeyCeremony ceremony, Entrance entrance, Throttle throttle, Writes writes) =>
                Opened((await SignInByPasskey.Handle(request, Visit.Of(http), http, ceremony, entrance, throttle, writes)).OrRefuse()))
            .WritesInSteps<SignInByPasskey.Request, Entry>(201).ForAnyone().WithName("SignInByPasskey").WithTags("Accounts").WithSummary("Sign in by a passkey");

        api.MapGet("/passkeys", (string? cursor, int? limit, Caller caller, NpgsqlDataSource source, Cursors cursors, CancellationToken stop) => ListPasskeys.Paged(cursor, limit, caller, source, cursors, stop))
            .ForSignedIn().WithName("ListPasskeys").WithTags("Accounts").WithSummary("One's own passkeys, oldest first");

        api.MapPatch("/passkeys/{id:guid}", (Guid id, RenamePasskey.Request request, Caller caller, UnitOfWork work) => RenamePasskey.Handle(id, request, caller, work))
            .Writes<RenamePasskey.Request>().ForSignedIn().WithName("RenamePasskey").WithTags("Accounts").WithSummary("Give a passkey another name");

        api.MapDelete("/passkeys/{id:guid}", (Guid id, Caller caller, IAudit audit, UnitOfWork work, TimeProvider clock) => RemovePasskey.Handle(id, caller, audit, work, clock))
            .Writes().ForSignedIn().WithName("RemovePasskey").WithTags("Accounts").WithSummary("Remove a passkey (needs a fresh proof)");

        api.MapPost("/authenticator", async (Caller caller, Authenticators authenticators, UsersDb db, Writes writes, TimeProvider clock) =>
            {
                await writes.Run(() => ManageAuthenticator.Begin(caller, authenticators, clock));
                return await ManageAuthenticator.Shown(caller, authenticators, db);
            })
            .WritesInSteps<NoRequest, ManageAuthenticator.Setup>().ForSignedIn().WithName("SetUpAuthenticator").WithTags("Accounts").WithSummary("The secret for an authenticator app; asked for at sign-in once a first code has confirmed it (needs a fresh proof)");

        api.MapPost("/authenticator/confirmation", (ManageAuthenticator.Request request, Caller caller, Authenticators authenticators, IAudit audit, Writes writes, UnitOfWork work, TimeProvider clock) =>
                writes.Run(() => ManageAuthenticator.Confirm(request, caller, authenticators, audit, work, clock)))
            .WritesInSteps<ManageAuthenticator.Request, ManageAuthenticator.Recovery>().ForSignedIn().WithName("ConfirmAuthenticator").WithTags("Accounts").WithSummary("Turn the authenticator app on by a first code: the recovery codes are shown here only");

        api.MapPost("/authenticator/recovery-codes", (Caller caller, Authenticators authenticators, IAudit audit, Writes writes, UnitOfWork work, TimeProvider clock) =>
                writes.Run(() => ManageAuthenticator.Renew(caller, authenticators, audit, work, clock)))
            .WritesInSteps<NoRequest, ManageAuthenticator.Recovery>().ForSignedIn().WithName("RenewRecoveryCodes").WithTags("Accounts").WithSummary("Ten new recovery codes in place of those before (needs a fresh proof)");

        api.MapDelete("/authenticator", (Caller caller, Authenticators authenticators, IAudit audit, UnitOfWork work, TimeProvider clock) => ManageAuthenticator.TurnOff(caller, authenticators, audit, work, clock))
            .Writes().ForSignedIn().WithName("TurnAuthenticatorOff").WithTags("Accounts").WithSummary("Ask for no codes any more (needs a fresh proof)");

        api.MapPut("/me/password", async (ChangePassword.Request request, Caller caller, Passwords passwords, UsersDb db, IAudit audit, Writes writes, UnitOfWork work, LiveSessions sessions, TimeProvider clock) =>
            {
                await ChangePassword.Handle(request, caller, passwords, db, audit, writes, work, sessions, clock);
                return TypedResults.NoContent();
            })
            .WritesInSteps<ChangePassword.Request, NoContent>(204).ForSignedIn().WithName("ChangePassword").WithTags("Accounts").WithSummary("Another password; ends all other sessions (needs a fresh proof)");

        api.MapPost("/email-changes", async (ChangeEmail.Request request, Caller caller, ILookupNormalizer normalizer, MailedLinks links, Throttle throttle, Writes writes, UnitOfWork work, TimeProvider clock) =>
            {
                await ChangeEmail.Handle(request, caller, normalizer, links, throttle, writes, work, clock);
                return TypedResults.NoContent();
            })
            .WritesInSteps<ChangeEmail.Request, NoContent>(204).ForSignedIn().WithName("ChangeEmail").WithTags("Accounts").WithSummary("Mail a link to a new address; following it changes the account's (needs a fresh proof)");

        api.MapPost("/email-verifications", async (Caller caller, MailedLinks links, Throttle throttle, Writes writes, UnitOfWork work) =>
            {
                await VerifyEmail.Handle(caller, links, throttle, writes, work);
                return TypedResults.NoContent();
            })
            .WritesInSteps<NoRequest, NoContent>(204).ForSignedIn().WithName("VerifyEmail").WithTags("Accounts").WithSummary("Mail a link to one's own address, to show that it arrives");

        api.MapPost("/email-confirmations", (ConfirmEmail.Request request, MailedLinks links, ILookupNormalizer normalizer, IAudit audit, UnitOfWork work, LiveSessions sessions, TimeProvider clock) => ConfirmEmail.Handle(request, links, normalizer, audit, work, sessions, clock))
            .Writes<ConfirmEmail.Request>().ForAnyone().WithName("ConfirmEmail").WithTags("Accounts").WithSummary("Follow a link that was mailed to an address");

        api.MapPost("/email-reversions", (RevertEmail.Request request, MailedLinks links, PasswordLinks passwords, ILookupNormalizer normalizer, IAudit audit, UnitOfWork work, LiveSessions sessions, TimeProvider clock) => RevertEmail.Handle(request, links, passwords, normalizer, audit, work, sessions, clock))
            .Writes<RevertEmail.Request>().ForAnyone().WithName("RevertEmail").WithTags("Accounts").WithSummary("Undo a change of address by the link that the old one got; ends all sessions");
    }

    private static void MapSessions(IEndpointRouteBuilder api)
    {
        api.MapGet("/sessions", (string? platform, string? cursor, int? limit, Caller caller, UsersDb db, Cursors cursors, TimeProvider clock) => OwnSessions.Paged(platform, cursor, limit, caller, db, cursors, clock))
            .ForSignedIn().WithName("ListSessions").WithTags("Accounts").WithSummary("Where one is signed in, newest first. Filter: platform (market, weokto, stam)");

        api.MapDelete("/sessions/current", (Caller caller, UnitOfWork work, LiveSessions sessions, TimeProvider clock) => EndSessions.Current(caller, work, sessions, clock))
            .Writes().ForSignedIn().WithName("SignOut").WithTags("Accounts").WithSummary("End the session of this token");

        api.MapDelete("/sessions/{id:guid}", (Guid id, Caller caller, UnitOfWork work, LiveSessions sessions, TimeProvider clock) => EndSessions.One(id, caller, work, sessions, clock))
            .Writes().ForSignedIn().WithName("EndSession").WithTags("Accounts").WithSummary("Sign out somewhere else");

        api.MapDelete("/sessions", (Caller caller, UnitOfWork work, LiveSessions sessions, TimeProvider clock) => EndSessions.Others(caller, work, sessions, clock))
            .Writes().ForSignedIn().WithName("EndOtherSessions").WithTags("Accounts").WithSummary("Sign out everywhere but here");

        api.MapPost("/sessions/current/proof", (ProveYourself.Request request, Caller caller, HttpContext http, NpgsqlDataSource source, Passwords passwords, Authenticators authenticators, PasskeyCeremony passkeys, MailedLinks links, Throttle throttle, Writes writes, UnitOfWork work, LiveSessions sessions, TimeProvider clock) =>
                ProveYourself.Handle(request, caller, http, source, passwords, authenticators, passkeys, links, throttle, writes, work, sessions, clock))
            .WritesInSteps<ProveYourself.Request, ProveYourself.Reply>().ForSignedIn().WithName("ProveYourself").WithTags("Accounts").WithSummary("Step-up: one of password, code, passkey or the token of a mailed link. The session gets a new token");

        api.MapPost("/sessions/current/proof-links", async (Caller caller, NpgsqlDataSource source, MailedLinks links, Throttle throttle, Writes writes) =>
            {
                await ProveYourself.Mail(null, caller, source, links, throttle, writes);
                return TypedResults.NoContent();
            })
            .WritesInSteps<NoRequest, NoContent>(204).ForSignedIn().WithName("AskProofLink").WithTags("Accounts").WithSummary("Mail a link to prove oneself by, for an account that has no other way");
    }

    private static Created<Entry> Opened(Entry entry) => TypedResults.Created("/api/v1/sessions/current", entry);

    private static void AddWaysIn(IServiceCollection services, IConfiguration configuration)
    {
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
    }

    private static void MapModeration(IEndpointRouteBuilder api)
    {
        api.MapPost("/people/{id:guid}/sanctions", (Guid id, SanctionPerson.Request request, Caller caller, UsersDb db, UnitOfWork work, LiveSessions sessions, IAudit audit, TimeProvider clock) =>
                SanctionPerson.Handle(id, request, caller, db, work, sessions, audit, clock))
            .ForRight(Rights.People).Writes<SanctionPerson.Request, SanctionView>(201).WithName("SanctionPerson").WithTags("Staff").WithSummary("Suspend somebody, for a time or until further notice, or ban them");
        api.MapPost("/people/{id:guid}/reinstatement", (Guid id, ReinstatePerson.Request request, Caller caller, UsersDb db, UnitOfWork work, LiveSessions sessions, IAudit audit, TimeProvider clock) =>
                ReinstatePerson.Handle(id, request, caller, db, work, sessions, audit, clock))
            .ForRight(Rights.People).Writes<ReinstatePerson.Request, SanctionView>().WithName("ReinstatePerson").WithTags("Staff").WithSummary("End a suspension or ban");
        api.MapPost("/people/{id:guid}/appeal-answer", (Guid id, AnswerAppeal.Request request, Caller caller, UsersDb db, UnitOfWork work, LiveSessions sessions, IAudit audit, TimeProvider clock) =>
                AnswerAppeal.Handle(id, request, caller, db, work, sessions, audit, clock))
            .ForRight(Rights.People).Writes<AnswerAppeal.Request, SanctionView>().WithName("AnswerAppeal").WithTags("Staff").WithSummary("Answer an appeal; accepting it reinstates the person");
        api.MapPost("/reports", (MakeReport.Request request, Caller caller, UsersDb db, UnitOfWork work, Subjects subjects, TimeProvider clock) => MakeReport.Handle(request, caller, db, work, subjects, clock))
            .ForSignedIn().Writes<MakeReport.Request, MakeReport.Reply>(201).WithName("MakeReport").WithTags("Reports").WithSummary("Say that a product, a shop or a person is against the rules");
        api.MapGet("/reports", (string? cursor, int? limit, Caller caller, UsersDb db, Cursors cursors, CancellationToken stop) => ReportQueue.Own(cursor, limit, caller, db, cursors, stop))
            .ForSignedIn().WithName("ListOwnReports").WithTags("Reports").WithSummary("What the caller has reported and what came of it, newest first");
        api.MapPost("/reports/{id:guid}/verdict", (Guid id, JudgeReport.Request request, Caller caller, UsersDb db, UnitOfWork work, Subjects subjects, IAudit audit, TimeProvider clock) =>
                JudgeReport.Handle(id, request, caller, db, work, subjects, audit, clock))
            .ForRight(Rights.Moderation).Writes<JudgeReport.Request, JudgeReport.Reply>().WithName("JudgeReport").WithTags("Reports").WithSummary("Judge a report: upheld, rejected, or false (a strike); once more to reverse it");
        api.MapPost("/me/export", (Caller caller, UnitOfWork work, TimeProvider clock) => ExportData.Handle(caller, work, clock))
            .ForSignedIn().Writes<NoRequest, ExportView>(202).WithName("ExportOwnData").WithTags("Accounts").WithSummary("Gather all that is kept about the caller: a zip of JSON files, told by a notification");
        api.MapGet("/me/exports", async (Caller caller, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop) => new { data = await ExportData.Own(caller, source, clock, stop) })
            .ForSignedIn().WithName("ListOwnExports").WithTags("Accounts").WithSummary("Exports that can be fetched or are being made");
        api.MapGet("/me/exports/{id:guid}/file", async (Guid id, Caller caller, NpgsqlDataSource source, Blobs blobs, TimeProvider clock, HttpContext http, CancellationToken stop) =>
            {
                http.Response.Headers.CacheControl = "private, no-store";
                return Results.File(await ExportData.Open(id, caller, source, blobs, clock, stop), "application/zip", "my-data.zip");
            })
            .ForSignedIn().Produces(200, contentType: "application/zip").WithName("FetchOwnExport").WithTags("Accounts").WithSummary("The archive, for seven days and its owner only");
        api.MapDelete("/me", ([FromQuery(Name = "give_up_balance")] bool? giveUpBalance, Caller caller, IEnumerable<IPersonalData> sections, UnitOfWork work, LiveSessions sessions, IAudit audit, TimeProvider clock) =>
                EraseAccount.Handle(giveUpBalance == true, caller, sections, work, sessions, audit, clock))
            .ForSignedIn().Writes<NoRequest, EraseAccount.Reply>(202).WithName("EraseAccount").WithTags("Accounts").WithSummary("Be forgotten in 14 days, unless one signs in again. Needs a fresh proof; refused while something is owed or open");
        api.MapPut("/people/{id:guid}/rights/{right}", (Guid id, string right, Caller caller, UnitOfWork work, LiveSessions sessions, IAudit audit, TimeProvider clock) =>
                ChangeRights.Grant(id, right, caller, work, sessions, audit, clock))
            .ForRight(Rights.Owner).Writes<NoRequest, ChangeRights.Reply>().WithName("GrantRight").WithTags("Staff").WithSummary("Give somebody a right of staff. Needs a fresh proof");
        api.MapDelete("/people/{id:guid}/rights/{right}", (Guid id, string right, Caller caller, UnitOfWork work, LiveSessions sessions, IAudit audit, TimeProvider clock) =>
                ChangeRights.Withdraw(id, right, caller, work, sessions, audit, clock))
            .ForRight(Rights.Owner).Writes<NoRequest, ChangeRights.Reply>().WithName("WithdrawRight").WithTags("Staff").WithSummary("Take a right of staff away; never the last owner's. Needs a fresh proof");
        api.MapPost("/people/{id:guid}/impersonations", (Guid id, Impersonate.Request request, HttpContext http, Caller caller, UsersDb db, IAudit audit, TimeProvider clock) =>
                Impersonate.Handle(id, request, Visit.Of(http), caller, db, audit, clock))
            .ForRight(Rights.People).Writes<Impersonate.Request, Impersonate.Reply>(201).WithName("Impersonate").WithTags("Staff").WithSummary("Look through somebody's eyes for 30 minutes: a token that reads and changes nothing. Needs a fresh proof");
        api.MapGet("/me/sanctions", async (Caller caller, UsersDb db, CancellationToken stop) => new { data = await Standing.Of(caller.Account, db, stop) })
            .ForSignedIn().WithName("ListOwnSanctions").WithTags("Accounts").WithSummary("What staff did to the caller's account, and the appeals, newest first");
        api.MapPost("/me/appeals", (MakeAppeal.Request request, Caller caller, UsersDb db, UnitOfWork work, TimeProvider clock) => MakeAppeal.Handle(request, caller, db, work, clock))
            .ForSignedIn().Writes<MakeAppeal.Request, SanctionView>(201).WithName("MakeAppeal").WithTags("Accounts").WithSummary("Appeal against the open suspension, once");
    }

    // The path says all.
    private sealed record NoRequest;

    private static void AddAudit(IServiceCollection services, IConfiguration configuration)
    {
        services.AddScoped<IAudit, Audit>();
        services.AddSingleton(new AuditHeadFile(Path.Combine(Path.GetFullPath(configuration["Marketplace:Home"] ?? ".local"), "audit")));
        services.AddSchedule<SealAudit>("users.seal_audit", TimeSpan.FromMinutes(1));
        services.AddSingleton<IInvariant, VerifyAudit>();
        services.AddMenu<Texts>("admin", 880, "Audit log", "/admin/audit", "scroll-text", right: Rights.System);
    }
    /// <summary>Outside the API: the pictures of profiles, and their form.</summary>
    public static void MapUsersMedia(this IEndpointRouteBuilder site) => site.MapProfileMedia();
    private static void MapKeys(IEndpointRouteBuilder api)
    {
        api.MapGet("/api-keys", (string? cursor, int? limit, Caller caller, NpgsqlDataSource source, Cursors cursors, TimeProvider clock, CancellationToken stop) => ListKeys.Handle(cursor, limit, caller, source, cursors, clock, stop))
            .ForSignedIn().NotForKeys().WithName("ListApiKeys").WithTags("API keys").WithSummary("Your keys, newest first; never the keys themselves");

        // In steps, and without a stored reply: a key stands in it that nobody may read again.
        api.MapPost("/api-keys", async (CreateKey.Request request, Caller caller, UsersDb db, UnitOfWork work, IAudit audit, Writes writes, TimeProvider clock) =>
                TypedResults.Json(await writes.Run(() => CreateKey.Handle(request, caller, db, work, audit, clock)), JsonStyle.Options, statusCode: 201))
            .WritesInSteps<CreateKey.Request, NewKey>(201).ForSignedIn().NotForKeys().WithName("CreateApiKey").WithTags("API keys").WithSummary("Make a key; it is shown in this reply and never again. Needs a fresh proof that it is you");

        api.MapPost("/api-keys/{id:guid}/rotation", async (Guid id, Caller caller, UsersDb db, UnitOfWork work, LiveKeys keys, IAudit audit, Writes writes, TimeProvider clock) =>
                TypedResults.Json(await writes.Run(() => RotateKey.Handle(id, caller, db, work, keys, audit, clock)), JsonStyle.Options, statusCode: 201))
            .WritesInSteps<NoBody, NewKey>(201).ForSignedIn().NotForKeys().WithName("RotateApiKey").WithTags("API keys").WithSummary("Make a key in the place of another, which works for 24 hours more. Needs a fresh proof that it is you");

        api.MapPatch("/api-keys/{id:guid}", (Guid id, ChangeKey.Request request, Caller caller, UsersDb db, UnitOfWork work, LiveKeys keys, IAudit audit, TimeProvider clock) =>
                ChangeKey.Handle(id, request, caller, db, work, keys, audit, clock))
            .Writes<ChangeKey.Request, KeyView>().ForSignedIn().NotForKeys().WithName("ChangeApiKey").WithTags("API keys").WithSummary("Change a key's name or scopes; more scopes need a fresh proof that it is you");

        api.MapDelete("/api-keys/{id:guid}", (Guid id, Caller caller, UnitOfWork work, LiveKeys keys, IAudit audit, TimeProvider clock) => RevokeKey.Handle(id, caller, work, keys, audit, clock))
            .Writes().ForSignedIn().NotForKeys().WithName("RevokeApiKey").WithTags("API keys").WithSummary("End a key: within five seconds everywhere");

        api.MapPut("/api-keys/{id:guid}/tier", (Guid id, SetKeyTier.Request request, Caller caller, UnitOfWork work, LiveKeys keys, IAudit audit) => SetKeyTier.Handle(id, request, caller, work, keys, audit))
            .Writes<SetKeyTier.Request>().ForRight(Rights.System).NotForKeys().WithName("SetApiKeyTier").WithTags("API keys").WithSummary("How much a key may ask in a minute. Staff with the right system");
    }

    /// <summary>The path says all.</summary>
    private sealed record NoBody;

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
