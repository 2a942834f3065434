using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Host;

/// <summary>One person of the demo, at the other end of the market's own API.</summary>
internal sealed class DemoPerson : IDisposable
{
    private readonly HttpClient http;
    private readonly string email;

    private DemoPerson(HttpClient http, string email) => (this.http, this.email) = (http, email);

    public Guid Account { get; private set; }

    public static async Task<DemoPerson> SignUp(Uri address, string name, string email, string password, CancellationToken stop)
    {
#pragma warning disable RS0030 // a client for the minute in which the demo is made
        var person = new DemoPerson(new HttpClient { BaseAddress = address }, email);
#pragma warning restore RS0030
        await person.Post("/api/v1/accounts", new { email, password, display_name = name }, "account", stop);
        var session = await person.Post("/api/v1/sessions", new { email, password }, null, stop);
        person.http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.GetProperty("token").GetString());
        person.Account = session.GetProperty("account").GetProperty("id").GetGuid();
        return person;
    }

    /// <param name="step">Names the step among this person's: the idempotency key.</param>
    public async Task<JsonElement> Post(string path, object? body, string? step, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (step is not null) request.Headers.Add(WriteRoutes.KeyHeader, Uri.EscapeDataString($"demo {email} {step}"));   // a title may have accents, a header may not
        if (body is not null) request.Content = JsonContent.Create(body, options: JsonStyle.Options);
        return await Send(request, stop);
    }

    public async Task Upload(string path, string role, string fileName, string contentType, byte[] bytes, CancellationToken stop)
    {
        var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new MultipartFormDataContent { { file, role, fileName } } };
        await Send(request, stop);
    }

    public async Task Buy(string[] offers, string method, string? token, CancellationToken stop)
    {
        foreach (var offer in offers) await Post("/api/v1/cart/items", new { offer_id = offer }, $"add {offer}", stop);
        await Post("/api/v1/checkout", new { payment_method = method, payment_token = token }, $"buy {string.Join(' ', offers)}", stop);
    }

    public void Dispose() => http.Dispose();

    private async Task<JsonElement> Send(HttpRequestMessage request, CancellationToken stop)
    {
        using var response = await http.SendAsync(request, stop);
        var text = await response.Content.ReadAsStringAsync(stop);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"The demo's {request.Method} {request.RequestUri} was answered {(int)response.StatusCode}: {text}");
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }
}
