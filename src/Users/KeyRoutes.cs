using FluentValidation;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Users;

/// <summary>API keys: their part of the module's table of contents.</summary>
internal static class KeyRoutes
{
    public static void AddKeys(this IServiceCollection services)
    {
        services.AddSingleton<KeyUse>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyUse>());
        services.AddSingleton<LiveKeys>();
        services.AddScoped<IPersonalData, KeysOfPerson>();
        services.AddSingleton<IValidator<CreateKey.Request>, CreateKey.Validator>();
        services.AddSingleton<IValidator<ChangeKey.Request>, ChangeKey.Validator>();
        services.AddSingleton<IValidator<SetKeyTier.Request>, SetKeyTier.Validator>();
        services.AddMenu<Texts>("account", 920, "API keys", "/account/keys", "key-round");
    }

    public static void MapKeys(this IEndpointRouteBuilder api)
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
}
