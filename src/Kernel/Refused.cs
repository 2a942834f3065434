namespace Marketplace.Kernel;

/// <summary>
/// "No", said by a rule. Thrown, so that the transaction rolls back by itself and nothing of it is stored as an idempotent reply;
/// becomes RFC 9457 problem+json for the API and a message on the form for a page.
/// </summary>
/// <param name="code">Stable and snake_case; integrators branch on it.</param>
/// <param name="status">400 malformed, 401, 403 missing right, 404 not yours or not there, 409 the rule said no, 422 unacceptable, 429.</param>
/// <param name="detail">One English sentence for a person; pages localise it by its text.</param>
public sealed class Refused(string code, int status, string detail) : Exception(detail)
{
    public string Code { get; } = code;

    public int Status { get; } = status;

    /// <summary>What is wrong with which member: JSON pointer of the API, key of the form field.</summary>
    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    /// <summary>When set, the reply carries Retry-After.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>When set, the problem carries it as <c>challenge</c>: to be sent back with what is missing.</summary>
    public string? Challenge { get; init; }

    /// <summary>The same answer for what is not there and for what is another's.</summary>
    public static Refused NotFound() => new("not_found", 404, "There is nothing here.");

    public static Refused SignInFirst() => new("unauthenticated", 401, "Sign in first.");

    public static Refused Forbidden(string detail = "Your account may not do this.") => new("forbidden", 403, detail);

    public static Refused Invalid(params FieldError[] errors) =>
        new("invalid", 422, "Some of the values are not acceptable.") { Errors = errors };

    public static Refused TryAgain() =>
        new("try_again", 503, "Two requests met on the same data. Nothing was changed; send it again.") { RetryAfter = TimeSpan.FromSeconds(1) };
}

/// <param name="Pointer">JSON pointer, e.g. <c>/price/amount</c>.</param>
/// <param name="Code">snake_case.</param>
public sealed record FieldError(string Pointer, string Code, string Detail);
