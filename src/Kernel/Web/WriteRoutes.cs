using System.Text.Json;
using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Kernel;

/// <summary>What a route that changes something says of itself; the architecture tests read it.</summary>
/// <param name="Request">The body's type; null when the path says all.</param>
/// <param name="KeyRequired">It moves money: an Idempotency-Key is required (400 <c>idempotency_key_missing</c>).</param>
/// <param name="OwnTransactions">It commits in steps of its own through <see cref="Writes"/>.</param>
public sealed record WriteRoute(Type? Request, int Status, bool KeyRequired, bool OwnTransactions);

public static class WriteRoutes
{
    public const string KeyHeader = "Idempotency-Key", ReplayedHeader = "Idempotent-Replayed";

    /// <summary>
    /// Around a use case: its request is validated, it runs in one transaction, once a key; what it returns is the JSON reply
    /// (204 when it returns nothing).
    /// </summary>
    /// <param name="location">Where what was created can be read.</param>
    public static RouteHandlerBuilder Writes<TRequest, TReply>(
        this RouteHandlerBuilder route, int status = 200, bool keyRequired = false, Func<TReply, string>? location = null) =>
        route.WithMetadata(new WriteRoute(typeof(TRequest), status, keyRequired, false))
            .Produces<TReply>(status)
            .AddEndpointFilter((context, next) => Run<TRequest>(context, next, status, keyRequired, location is null ? null : value => location((TReply)value)));

    /// <summary>The same for a use case whose reply is empty (204).</summary>
    public static RouteHandlerBuilder Writes<TRequest>(this RouteHandlerBuilder route, bool keyRequired = false) =>
        route.WithMetadata(new WriteRoute(typeof(TRequest), 204, keyRequired, false))
            .Produces(204)
            .AddEndpointFilter((context, next) => Run<TRequest>(context, next, 204, keyRequired, null));

    /// <summary>For a path that says all: no body.</summary>
    public static RouteHandlerBuilder Writes(this RouteHandlerBuilder route) => route.Writes<NoBody>();

    /// <summary>
    /// For the few that commit in several steps (a payment: place, call the provider, settle). The request is validated; the
    /// handler calls <see cref="Kernel.Writes"/> itself.
    /// </summary>
    public static RouteHandlerBuilder WritesInSteps<TRequest, TReply>(this RouteHandlerBuilder route, int status = 200, bool keyRequired = false) =>
        route.WithMetadata(new WriteRoute(typeof(TRequest), status, keyRequired, true))
            .Produces<TReply>(status)
            .AddEndpointFilter(async (context, next) =>
            {
                await Validate<TRequest>(context);
                Key(context.HttpContext, keyRequired);
                return await next(context);
            });

    /// <summary>The client's key, from its header.</summary>
    /// <exception cref="Refused">400 <c>idempotency_key_missing</c>.</exception>
    public static string? Key(HttpContext http, bool required) =>
        http.Request.Headers[KeyHeader].ToString() is { Length: > 0 } key ? key
        : required ? throw new Refused("idempotency_key_missing", 400, $"This moves money: send an {KeyHeader}.")
        : null;

    private static async ValueTask<object?> Run<TRequest>(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next, int status, bool keyRequired, Func<object, string>? location)
    {
        var http = context.HttpContext;
        var request = await Validate<TRequest>(context);
        var services = http.RequestServices;
        var key = IdempotencyKey.Of(services.GetRequiredService<Caller>(), Key(http, keyRequired), $"{http.Request.Method} {http.Request.Path}", request);
        var once = await services.GetRequiredService<Writes>().Once(key, async () => StoredReply.Of(await next(context), status, location));
        if (once.Replayed) http.Response.Headers[ReplayedHeader] = "true";
        return once.Value;
    }

    private static async Task<TRequest?> Validate<TRequest>(EndpointFilterInvocationContext context)
    {
        var request = context.Arguments.OfType<TRequest>().FirstOrDefault();
        var services = context.HttpContext.RequestServices;
        if (request is not null && services.GetService<IValidator<TRequest>>() is { } validator)
        {
            var result = await validator.ValidateAsync(request, context.HttpContext.RequestAborted);
            if (!result.IsValid)
                throw Refused.Invalid(result.Errors.Select(e => new FieldError(Pointer(e.PropertyName), Naming.Snake(e.ErrorCode.Replace("Validator", "", StringComparison.Ordinal)), e.ErrorMessage)).ToArray());
        }

        return request;
    }

    // "Price.Minor" and "Tags[2]" as JSON pointers.
    private static string Pointer(string property) =>
        "/" + string.Join('/', property.Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries).Select(Naming.Snake));
}

/// <summary>The request of a route whose path says all.</summary>
public sealed record NoBody;

/// <summary>A reply as it is stored with its key and sent, byte for byte the same the second time.</summary>
public sealed record StoredReply(int Status, string? Location, JsonElement? Body) : IResult
{
    internal static StoredReply Of(object? value, int status, Func<object, string>? location) => value switch
    {
        null or EmptyHttpResult => new StoredReply(204, null, null),
        IResult => throw new InvalidOperationException("A use case returns its result, not an HTTP result."),
        _ => new StoredReply(status, location?.Invoke(value), JsonSerializer.SerializeToElement(value, JsonStyle.Options)),
    };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Status;
        if (Location is not null) httpContext.Response.Headers.Location = Location;
        if (Body is { } body) await httpContext.Response.WriteAsJsonAsync(body, JsonStyle.Options);
    }
}
