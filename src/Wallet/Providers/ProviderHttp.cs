using System.Net;
using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>What calls to all providers have in common: never in a transaction, an answer of a bounded size, and a clear word for what went wrong.</summary>
internal sealed class ProviderHttp(UnitOfWork work, ProviderHealth health)
{
    private static readonly JsonElement Empty = JsonDocument.Parse("{}").RootElement;

    /// <param name="refusal">Reads a definite "no".</param>
    /// <exception cref="ProviderRefusal">Understood and refused: nothing was done.</exception>
    /// <exception cref="HttpRequestException">No answer, or one that says nothing: the outcome is unknown.</exception>
    /// <exception cref="TimeoutException">No answer in time: the outcome is unknown.</exception>
    public async Task<JsonElement> Send(string provider, HttpClient http, HttpRequestMessage request, Func<HttpStatusCode, JsonElement, ProviderRefusal> refusal, CancellationToken stop)
    {
        work.AssertClosed();
        try
        {
            using var answer = await http.SendAsync(request, stop);
            var body = await answer.Content.ReadAsStringAsync(stop);
            if (ProviderRefusal.IsOutage(answer.StatusCode)) throw new HttpRequestException($"{provider} answered {(int)answer.StatusCode} to {request.Method} {request.RequestUri?.AbsolutePath}", null, answer.StatusCode);
            health.Answered(provider);
            var json = Read(body);
            if (answer.IsSuccessStatusCode) return json ?? throw new HttpRequestException($"{provider} answered {request.RequestUri?.AbsolutePath} with something else than JSON");
            throw refusal(answer.StatusCode, json ?? Empty);
        }
        catch (OperationCanceledException error) when (!stop.IsCancellationRequested)
        {
            health.Failed(provider, "No answer in time");
            throw new TimeoutException($"{provider} did not answer in time", error);
        }
        catch (HttpRequestException error)
        {
            health.Failed(provider, error.StatusCode is { } status ? $"HTTP {(int)status}" : "No connection");
            throw;
        }
    }

    /// <summary>What may not be there: null when the provider knows none.</summary>
    public static async Task<JsonElement?> Maybe(Task<JsonElement> asked)
    {
        try
        {
            return await asked;
        }
        catch (ProviderRefusal no) when (no.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private static JsonElement? Read(string body)
    {
        if (body.Length == 0) return Empty;
        try
        {
            return JsonDocument.Parse(body).RootElement;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Reading what providers answer: a member that is not there, or null, is null.</summary>
internal static class ProviderJson
{
    public static JsonElement? Member(this JsonElement from, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (from.ValueKind != JsonValueKind.Object || !from.TryGetProperty(name, out from)) return null;
        }

        return from.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? null : from;
    }

    public static string? Text(this JsonElement from, params ReadOnlySpan<string> path) => from.Member(path) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static long? Number(this JsonElement from, params ReadOnlySpan<string> path) =>
        from.Member(path) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;

    /// <exception cref="HttpRequestException">It is not there: this is not the answer that was asked for.</exception>
    public static string MustText(this JsonElement from, params ReadOnlySpan<string> path) =>
        from.Text(path) is { Length: > 0 } text ? text : throw new HttpRequestException($"The provider's answer has no {string.Join('.', path.ToArray())}");

    public static IEnumerable<JsonElement> Items(this JsonElement from, params ReadOnlySpan<string> path) =>
        from.Member(path) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    public static Guid? Id(this JsonElement from, params ReadOnlySpan<string> path) => Guid.TryParse(from.Text(path), out var id) ? id : null;

    public static DateTimeOffset? UnixTime(this JsonElement from, params ReadOnlySpan<string> path) => from.Number(path) is { } seconds and > 0 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    public static DateTimeOffset? Time(this JsonElement from, params ReadOnlySpan<string> path) =>
        DateTimeOffset.TryParse(from.Text(path), System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
