using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Marketplace.Wallet;

/// <summary>
/// Stripe's HTTP: forms out, JSON in. A POST carries an Idempotency-Key, under which Stripe does a thing once and repeats its answer for a
/// day. See <see cref="ProviderHttp.Send"/> for what is thrown.
/// </summary>
internal sealed class StripeApi(HttpClient http, ProviderHttp calls, StripeSettings settings)
{
    public const string Name = "stripe";

    /// <summary>What the answers look like; Stripe keeps old ones alive.</summary>
    public const string Version = "2024-06-20";

    public static void Configure(HttpClient http, StripeSettings settings)
    {
        http.BaseAddress = settings.BaseAddress;
        http.Timeout = settings.Timeout;
        http.MaxResponseContentBufferSize = 4_000_000;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", settings.SecretKey);
        http.DefaultRequestHeaders.Add("Stripe-Version", Version);
    }

    /// <param name="path">Without a slash before: <c>v1/payment_intents/pi_1</c>.</param>
    public Task<JsonElement> Get(string path, CancellationToken stop) => Send(new HttpRequestMessage(HttpMethod.Get, path), stop);

    /// <param name="key">At most 255 characters; the same for the same act for ever.</param>
    /// <param name="form">Members of members as <c>metadata[payment]</c>; what is null is left out.</param>
    public Task<JsonElement> Post(string path, string key, CancellationToken stop, params IEnumerable<(string Name, string? Value)> form)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(form.Where(f => f.Value is not null).Select(f => KeyValuePair.Create(f.Name, f.Value!))),
        };
        request.Headers.Add("Idempotency-Key", key);
        return Send(request, stop);
    }

    /// <summary>A file, which Stripe takes at another address.</summary>
    /// <param name="purpose"><c>dispute_evidence</c>.</param>
    public async Task<JsonElement> Upload(string purpose, EvidenceFile file, CancellationToken stop)
    {
        // A boundary of the file's own, so that what is sent again is the same to the last byte.
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(settings.FilesAddress, "v1/files"))
        {
            Content = new MultipartFormDataContent($"market-{file.Id:n}")
            {
                { new StringContent(purpose), "purpose" },
                { new ByteArrayContent(await file.Bytes(stop)) { Headers = { ContentType = new MediaTypeHeaderValue(file.ContentType) } }, "file", file.Name },
            },
        };
        request.Headers.Add("Idempotency-Key", $"file:{file.Id}");
        return await Send(request, stop);
    }

    private Task<JsonElement> Send(HttpRequestMessage request, CancellationToken stop) => calls.Send(Name, http, request, Refusal, stop);

    private static ProviderRefusal Refusal(HttpStatusCode status, JsonElement body) =>
        new("Stripe", status, body.Text("error", "code") ?? body.Text("error", "type") ?? "refused", body.Text("error", "decline_code"), body.Text("error", "message"));
}
