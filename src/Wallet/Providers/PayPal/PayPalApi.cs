using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Marketplace.Wallet;

/// <summary>
/// PayPal's HTTP: JSON both ways, behind a token that is fetched with the client's secret and kept until shortly before it ends. A POST
/// carries a PayPal-Request-Id, under which PayPal does a thing once. See <see cref="ProviderHttp.Send"/> for what is thrown.
/// </summary>
internal sealed class PayPalApi(HttpClient http, ProviderHttp calls, PayPalSettings settings, PayPalToken token)
{
    public const string Name = "paypal";

    public static void Configure(HttpClient http, PayPalSettings settings)
    {
        http.BaseAddress = settings.BaseAddress;
        http.Timeout = settings.Timeout;
        http.MaxResponseContentBufferSize = 4_000_000;
    }

    /// <param name="path">Without a slash before: <c>v2/checkout/orders/5O1</c>.</param>
    public Task<JsonElement> Get(string path, CancellationToken stop) => Send(() => new HttpRequestMessage(HttpMethod.Get, path), stop);

    /// <param name="key">At most 108 characters; the same for the same act for ever. Null for what changes nothing.</param>
    /// <param name="body">Written with the member names that it has; null sends none.</param>
    public Task<JsonElement> Post(string path, string? key, object? body, CancellationToken stop) => Send(
        () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body ?? new object(), options: JsonSerializerOptions.Default) };
            if (key is not null) request.Headers.Add("PayPal-Request-Id", key);
            request.Headers.Add("Prefer", "return=representation");
            return request;
        },
        stop);

    /// <summary>A body that must go out byte for byte as it is; it changes nothing there.</summary>
    public Task<JsonElement> PostRaw(string path, string json, CancellationToken stop) =>
        Send(() => new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") }, stop);

    /// <summary>JSON as the part <c>input</c> of a form, and files behind it.</summary>
    public Task<JsonElement> PostForm(string path, string key, object input, IReadOnlyList<(string Name, byte[] Content, string Type)> files, CancellationToken stop) => Send(
        () =>
        {
            // One boundary a key, so that what is sent again is the same to the last byte; no file has a line that begins with it.
            var form = new MultipartFormDataContent($"market-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..40]}") { { JsonContent.Create(input, options: JsonSerializerOptions.Default), "input" } };
            for (var i = 0; i < files.Count; i++)
                form.Add(new ByteArrayContent(files[i].Content) { Headers = { ContentType = new MediaTypeHeaderValue(files[i].Type) } }, $"file{i + 1}", files[i].Name);
            var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form };
            request.Headers.Add("PayPal-Request-Id", key);
            return request;
        },
        stop);

    public Task<JsonElement> Delete(string path, CancellationToken stop) => Send(() => new HttpRequestMessage(HttpMethod.Delete, path), stop);

    private async Task<JsonElement> Send(Func<HttpRequestMessage> request, CancellationToken stop)
    {
        var bearer = await token.Get(Fetch, stop);
        try
        {
            return await Send(request(), bearer, stop);
        }
        catch (HttpRequestException error) when (error.StatusCode == HttpStatusCode.Unauthorized)
        {
            // Ended early, or the app has another secret now: asked once more. Nothing was done under a token that is none.
            token.Forget(bearer);
            return await Send(request(), await token.Get(Fetch, stop), stop);
        }
    }

    private Task<JsonElement> Send(HttpRequestMessage request, string bearer, CancellationToken stop)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        return calls.Send(Name, http, request, Refusal, stop);
    }

    private async Task<(string Token, TimeSpan Life)> Fetch(CancellationToken stop)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "v1/oauth2/token") { Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.ClientId}:{settings.ClientSecret}")));
        var answer = await calls.Send(Name, http, request, Refusal, stop);
        return (answer.MustText("access_token"), TimeSpan.FromSeconds(answer.Number("expires_in") ?? 300));
    }

    private static ProviderRefusal Refusal(HttpStatusCode status, JsonElement body) =>
        new("PayPal", status, body.Text("name") ?? body.Text("error") ?? "refused", body.Items("details").Select(d => d.Text("issue")).FirstOrDefault(), body.Text("message") ?? body.Text("error_description"));
}

/// <summary>The one token of this host.</summary>
internal sealed class PayPalToken(TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim one = new(1);
    private (string Token, DateTimeOffset Until)? kept;

    public async Task<string> Get(Func<CancellationToken, Task<(string Token, TimeSpan Life)>> fetch, CancellationToken stop)
    {
        await one.WaitAsync(stop);
        try
        {
            if (kept is { } good && clock.GetUtcNow() < good.Until) return good.Token;
            var (token, life) = await fetch(stop);
            kept = (token, clock.GetUtcNow() + life - Early);
            return token;
        }
        finally
        {
            one.Release();
        }
    }

    public void Forget(string token)
    {
        if (kept is { } was && was.Token == token) kept = null;
    }

    public void Dispose() => one.Dispose();
}
