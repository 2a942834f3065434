using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Kernel;

namespace Marketplace.Host;

/// <summary>One person of the demo, at the other end of the market's own API. Whoever stayed away for long signs in again.</summary>
internal sealed partial class DemoPerson(HttpClient http, TimeProvider clock, string name, string email, bool staff = false)
{
    public const string Password = "more records than shelves";

    // A little less than a session lives unused; with rights it lives shorter.
    private readonly TimeSpan patience = staff ? TimeSpan.FromMinutes(25) : TimeSpan.FromDays(13);

    private string? token;
    private DateTimeOffset seen;
    private int steps;

    public string Name => name;

    public Guid Account { get; private set; }

    public async Task SignUp(CancellationToken stop)
    {
        await Post("/api/v1/accounts", new { email, password = Password, display_name = name }, stop);
        await SignIn(stop);
    }

    /// <summary>Proves anew that it is them: what is about money and safety asks for that.</summary>
    public Task Prove(CancellationToken stop) => SignIn(stop);

    public Task<JsonElement> Get(string path, CancellationToken stop) => Api(() => new HttpRequestMessage(HttpMethod.Get, path), stop);

    public Task<JsonElement> Post(string path, object? body, CancellationToken stop)
    {
        var key = $"demo {email} {++steps}";
        return Api(() =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body, options: JsonStyle.Options) };
            request.Headers.Add(WriteRoutes.KeyHeader, key);
            return request;
        }, stop);
    }

    /// <param name="version">The ETag that was read, for what asks for one.</param>
    public Task<JsonElement> Edit(string path, string? version, object body, CancellationToken stop) => Api(() =>
    {
        var request = new HttpRequestMessage(HttpMethod.Patch, path) { Content = JsonContent.Create(body, options: JsonStyle.Options) };
        if (version is not null) request.Headers.TryAddWithoutValidation("If-Match", version);
        return request;
    }, stop);

    /// <param name="version">The ETag that was read, for what asks for one.</param>
    public Task<JsonElement> Put(string path, object body, CancellationToken stop, string? version = null) => Api(() =>
    {
        var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(body, options: JsonStyle.Options) };
        if (version is not null) request.Headers.TryAddWithoutValidation("If-Match", version);
        return request;
    }, stop);

    public Task<JsonElement> Upload(string path, string role, string fileName, string contentType, byte[] bytes, CancellationToken stop) => Api(() =>
    {
        var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        return new HttpRequestMessage(HttpMethod.Post, path) { Content = new MultipartFormDataContent { { file, role, fileName } } };
    }, stop);

    /// <summary>Fetches the beginning of a bought file: it counts as a download.</summary>
    public async Task Download(Guid item, CancellationToken stop)
    {
        var link = await Post($"/api/v1/library/{item}/download-links", new { }, stop);
        using var request = new HttpRequestMessage(HttpMethod.Get, link.GetProperty("url").GetString() is { } url && url.StartsWith("/api", StringComparison.Ordinal) ? url : $"/api/v1{link.GetProperty("url").GetString()}");
        request.Headers.Range = new RangeHeaderValue(0, 1023);
        await Send(request, stop);
    }

    /// <summary>Presses a button of a page: gets its form, and posts it back with what the page hid in it.</summary>
    /// <param name="fields">What is typed into it.</param>
    public async Task Press(string path, string handler, CancellationToken stop, params (string Name, string Value)[] fields)
    {
        await StaySignedIn(stop);
        using var get = new HttpRequestMessage(HttpMethod.Get, path);
        get.Headers.Add("Cookie", $"session={token}");
        using var page = await http.SendAsync(get, stop);
        var cookies = page.Headers.TryGetValues("Set-Cookie", out var set) ? set.Select(c => c.Split(';')[0]) : [];
        var hidden = AntiforgeryField().Match(await page.Content.ReadAsStringAsync(stop)).Groups[1].Value;
        using var post = new HttpRequestMessage(HttpMethod.Post, $"{path}?handler={handler}")
        {
            Content = new FormUrlEncodedContent([new("__RequestVerificationToken", hidden), .. fields.Select(f => new KeyValuePair<string, string>(f.Name, f.Value))]),
        };
        post.Headers.Add("Cookie", string.Join("; ", cookies.Prepend($"session={token}")));
        using var answer = await http.SendAsync(post, stop);
        if ((int)answer.StatusCode is not (>= 200 and < 400)) throw await Unexpected(answer, stop);
    }

    /// <summary>A page as the person sees it.</summary>
    public async Task<string> Page(string path, CancellationToken stop)
    {
        await StaySignedIn(stop);
        using var get = Look(path);
        using var page = await http.SendAsync(get, stop);
        return page.IsSuccessStatusCode ? await page.Content.ReadAsStringAsync(stop) : throw await Unexpected(page, stop);
    }

    /// <summary>Follows a link that leads on.</summary>
    public async Task Open(string path, CancellationToken stop)
    {
        await StaySignedIn(stop);
        using var get = Look(path);
        using var answer = await http.SendAsync(get, stop);
        if ((int)answer.StatusCode is not (>= 200 and < 400)) throw await Unexpected(answer, stop);
    }

    // As a browser: what only programs fetch is not counted as seen.
    private HttpRequestMessage Look(string path)
    {
        var get = new HttpRequestMessage(HttpMethod.Get, path);
        get.Headers.Add("Cookie", $"session={token}");
        get.Headers.TryAddWithoutValidation("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        return get;
    }

    private async Task StaySignedIn(CancellationToken stop)
    {
        if (token is not null && clock.GetUtcNow() - seen > patience) await SignIn(stop);
        seen = clock.GetUtcNow();
    }

    private async Task SignIn(CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sessions") { Content = JsonContent.Create(new { email, password = Password }) };
        var session = await Send(request, stop);
        token = session.GetProperty("token").GetString();
        seen = clock.GetUtcNow();
        Account = session.GetProperty("account").GetProperty("id").GetGuid();
    }

    private async Task<JsonElement> Api(Func<HttpRequestMessage> make, CancellationToken stop)
    {
        await StaySignedIn(stop);
        using var request = make();
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request, stop);
        if (response.StatusCode != System.Net.HttpStatusCode.Unauthorized || token is null) return await Read(response, stop);

        // A new right ends the sessions of before, and that may be heard of just now.
        await SignIn(stop);
        using var again = make();
        again.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await Send(again, stop);
    }

    private async Task<JsonElement> Send(HttpRequestMessage request, CancellationToken stop)
    {
        using var response = await http.SendAsync(request, stop);
        return await Read(response, stop);
    }

    private static async Task<JsonElement> Read(HttpResponseMessage response, CancellationToken stop)
    {
        if (!response.IsSuccessStatusCode) throw await Unexpected(response, stop);
        return response.Content.Headers.ContentType?.MediaType == "application/json" ? await response.Content.ReadFromJsonAsync<JsonElement>(stop) : default;
    }

    private static async Task<InvalidOperationException> Unexpected(HttpResponseMessage response, CancellationToken stop) =>
        new($"The demo's {response.RequestMessage?.Method} {response.RequestMessage?.RequestUri?.AbsolutePath} was answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(stop)}");

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex AntiforgeryField();
}
