using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Marketplace.Wallet;

/// <summary>
/// The vault, which sees cards, and the acquirer behind it, which charges them. A charge goes through the vault as a template that it fills
/// in; all else is asked of the acquirer directly. See <see cref="ProviderHttp.Send"/> for what is thrown.
/// </summary>
internal sealed class PciVaultApi(HttpClient http, ProviderHttp calls, PciVaultSettings settings)
{
    public const string Name = "pci_vault";

    public static void Configure(HttpClient http, PciVaultSettings settings)
    {
        http.Timeout = settings.Timeout;
        http.MaxResponseContentBufferSize = 4_000_000;
    }

    /// <summary>A place into which one browser may put one card: it gets a token and a reference for it.</summary>
    public async Task<(string Url, string Secret)> OpenCapture(TimeSpan life, CancellationToken stop)
    {
        var place = await calls.Send(Name, http, Vault(HttpMethod.Post, $"v1/capture?{Sealing}&ttl=PT{(int)life.TotalMinutes}M", null), Refusal, stop);
        return (new Uri(settings.BaseAddress, place.MustText("url")).ToString(), place.MustText("secret"));
    }

    public Task Delete(string token, string reference, CancellationToken stop) =>
        calls.Send(Name, http, Vault(HttpMethod.Delete, $"v1/vault?token={Uri.EscapeDataString(token)}&reference={Uri.EscapeDataString(reference)}", null), Refusal, stop);

    /// <summary>The vault fills the card into the body (<c>{{card_number}}</c> …) and sends it on.</summary>
    public Task<JsonElement> Charge(string token, string reference, string key, object body, CancellationToken stop) => calls.Send(Name, http, Vault(
        HttpMethod.Post, $"v1/proxy/post?{Sealing}&token={Uri.EscapeDataString(token)}&reference={Uri.EscapeDataString(reference)}&synchronous=true", new
        {
            request = new
            {
                method = "POST",
                url = new Uri(settings.Acquirer, "payments").ToString(),
                headers = new[]
                {
                    new Dictionary<string, string> { ["Content-Type"] = "application/json" },
                    new Dictionary<string, string> { ["Authorization"] = $"Bearer {settings.AcquirerKey}" },
                    new Dictionary<string, string> { ["Idempotency-Key"] = key },
                },
                body = JsonSerializer.Serialize(body),
            },
        }), Refusal, stop);

    /// <param name="path">Without a slash before: <c>payments/3f…</c>.</param>
    public Task<JsonElement> Get(string path, CancellationToken stop) => calls.Send(Name, http, Acquirer(HttpMethod.Get, path, null, null), Refusal, stop);

    public Task<JsonElement> Post(string path, string key, object body, CancellationToken stop) => calls.Send(Name, http, Acquirer(HttpMethod.Post, path, key, body), Refusal, stop);

    private string Sealing => string.Create(CultureInfo.InvariantCulture, $"user={Uri.EscapeDataString(settings.KeyUser)}&passphrase={Uri.EscapeDataString(settings.Passphrase)}");

    private HttpRequestMessage Vault(HttpMethod method, string path, object? body) => Request(method, new Uri(settings.BaseAddress, path), body,
        new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.User}:{settings.Password}"))));

    private HttpRequestMessage Acquirer(HttpMethod method, string path, string? key, object? body)
    {
        var request = Request(method, new Uri(settings.Acquirer, path), body, new AuthenticationHeaderValue("Bearer", settings.AcquirerKey));
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return request;
    }

    private static HttpRequestMessage Request(HttpMethod method, Uri at, object? body, AuthenticationHeaderValue who)
    {
        var request = new HttpRequestMessage(method, at) { Content = body is null ? null : JsonContent.Create(body, options: JsonSerializerOptions.Default) };
        request.Headers.Authorization = who;
        return request;
    }

    private static ProviderRefusal Refusal(HttpStatusCode status, JsonElement body) =>
        new("PCI Vault", status, body.Text("code") ?? body.Text("error") ?? "refused", null, body.Text("message"));
}
