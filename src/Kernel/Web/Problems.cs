using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Marketplace.Kernel;

/// <summary>
/// Every error has one shape: problem+json (RFC 9457) with a stable code for the API, the error page for people.
/// Nothing of the inside (stack, SQL, type name) gets out.
/// </summary>
public static class Problems
{
    private const string RefusedItem = "refused", ErrorPath = "/error";

    public static bool IsApi(HttpContext http) => http.Request.Path.StartsWithSegments("/api");

    public static string RequestId(HttpContext http) => Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;

    /// <summary>Why the page that was asked for could not be shown; read by the error page.</summary>
    public static Refused? Reason(HttpContext http) => http.Items[RefusedItem] as Refused;

    public static void UseProblems(this WebApplication app)
    {
        app.Use(async (http, next) =>
        {
            http.Response.Headers["X-Request-Id"] = RequestId(http);
            await next();
        });
        app.UseWhen(IsApi, api => api.UseStatusCodePages(context => Write(context.HttpContext, ForStatus(context.HttpContext.Response.StatusCode))));
        app.UseWhen(http => !IsApi(http), pages => pages.UseStatusCodePagesWithReExecute(ErrorPath, "?status={0}"));
        app.Use(async (http, next) =>
        {
            try
            {
                // The page about a refused POST is read, not posted: its form may be half-read, none, or without a valid token.
                if (http.Request.Path == ErrorPath)
                {
                    http.Request.Method = HttpMethods.Get;
                    http.Features.Set<Microsoft.AspNetCore.Antiforgery.IAntiforgeryValidationFeature>(null);
                }

                await next();
            }
            catch (Exception error) when (!http.Response.HasStarted && error is not Faults.Crash)
            {
                var refused = Translate(error, http);
                if (refused is null) return;
                if (refused.Status >= 500 && refused.Code == "internal")
                    app.Logger.LogError(error, "Unhandled error on {Method} {Path}", http.Request.Method, http.Request.Path);

                http.Response.Clear();
                http.Response.Headers["X-Request-Id"] = RequestId(http);
                if (IsApi(http))
                {
                    await Write(http, refused);
                    return;
                }

                http.Items[RefusedItem] = refused;
                http.Response.StatusCode = refused.Status;
                if (refused.RetryAfter is { } wait) http.Response.Headers.RetryAfter = Seconds(wait);
            }
        });
    }

    /// <returns>Null when the client is gone and nobody listens.</returns>
    private static Refused? Translate(Exception error, HttpContext http) => error switch
    {
        Refused refused => refused,
        OperationCanceledException when http.RequestAborted.IsCancellationRequested => null,
        BadHttpRequestException { InnerException: JsonException json } => Malformed(json),
        BadHttpRequestException { StatusCode: 413 or 415 } bad => ForStatus(bad.StatusCode),
        BadHttpRequestException bad => new Refused("malformed", bad.StatusCode, "The request cannot be read: a value is missing or of the wrong type."),
        JsonException json => Malformed(json),
        InvalidDataException => new Refused("malformed", 400, "The form cannot be read."),
        // A NUL, which JSON can carry and text in PostgreSQL cannot.
        Npgsql.PostgresException { SqlState: "22021" } => new Refused("malformed", 400, "The request has a character that cannot be kept."),
        Npgsql.PostgresException { SqlState: "57014" } => new Refused("timeout", 503, "This took too long. Try again.") { RetryAfter = TimeSpan.FromSeconds(5) },
        _ when IsOutage(error) => new Refused("unavailable", 503, "The market is not available just now. Try again.") { RetryAfter = TimeSpan.FromSeconds(2) },
        _ => new Refused("internal", 500, "Something went wrong on our side. It has been noted."),
    };

    // The database went away while we spoke with it, is being stopped, or is not up again; EF Core wraps what a save met.
    private static bool IsOutage(Exception error) =>
        error is Npgsql.NpgsqlException { IsTransient: true } or Npgsql.PostgresException { SqlState: "57P01" or "57P02" or "57P03" }
        || (error.InnerException is { } inner && IsOutage(inner));

    private static Refused Malformed(JsonException json)
    {
        var pointer = "/" + (json.Path ?? "").TrimStart('$').TrimStart('.').Replace('.', '/').Replace("[", "/", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);
        var unknown = json.Message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal);
        return unknown
            ? new Refused("unknown_field", 400, "The body has a member that this route does not know.") { Errors = [new FieldError(pointer, "unknown_field", "Unknown member.")] }
            : new Refused("malformed", 400, "The body is not the JSON that this route reads.") { Errors = [new FieldError(pointer, "malformed", "Missing, or of the wrong type.")] };
    }

    private static Refused ForStatus(int status) => status switch
    {
        401 => Refused.SignInFirst(),
        403 => Refused.Forbidden(),
        404 => Refused.NotFound(),
        405 => new Refused("method_not_allowed", 405, "This path does not know that method."),
        413 => new Refused("body_too_large", 413, "The body is too large."),
        415 => new Refused("unsupported_media_type", 415, "Send JSON: Content-Type application/json."),
        429 => new Refused("too_many_requests", 429, "Too many requests. Wait a moment."),
        _ => new Refused("error", status, "The request could not be served."),
    };

    private static async Task Write(HttpContext http, Refused refused)
    {
        http.Response.StatusCode = refused.Status;
        if (refused.RetryAfter is { } wait) http.Response.Headers.RetryAfter = Seconds(wait);
        if (HttpMethods.IsHead(http.Request.Method)) return;
        var problem = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["type"] = $"/docs/errors#{refused.Code}",
            ["title"] = refused.Code.Replace('_', ' '),
            ["status"] = refused.Status,
            ["detail"] = refused.Message,
            ["instance"] = http.Request.Path.Value,
            ["code"] = refused.Code,
            ["request_id"] = RequestId(http),
            ["errors"] = refused.Errors,
        };
        if (refused.Challenge is not null) problem["challenge"] = refused.Challenge;
        await http.Response.WriteAsJsonAsync(problem, JsonStyle.Options, "application/problem+json", CancellationToken.None);
    }

    private static string Seconds(TimeSpan wait) => ((int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
