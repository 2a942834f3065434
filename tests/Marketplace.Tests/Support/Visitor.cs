using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Marketplace.Tests;

/// <summary>Somebody at the other end of HTTP: cookies of a browser, and the bearer token once signed in for the API.</summary>
internal sealed class Visitor : IDisposable
{
    private readonly HttpClient http;

    public Visitor(Uri address)
    {
        Cookies = new CookieContainer();
#pragma warning disable RS0030 // the test is the outside
        http = new HttpClient(new SocketsHttpHandler { CookieContainer = Cookies, AllowAutoRedirect = false, MaxConnectionsPerServer = 128 }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
#pragma warning restore RS0030
    }

    public CookieContainer Cookies { get; }

    public HttpClient Http => http;

    public string? Token { get; set; }

    public Task<Answer> Get(string path) => Send(HttpMethod.Get, path, null);

    /// <param name="body">An object (sent as JSON in snake_case), text (sent as it is) or HttpContent.</param>
    public Task<Answer> Post(string path, object? body = null, string? key = null) => Send(HttpMethod.Post, path, body, key);

    public Task<Answer> Put(string path, object? body = null) => Send(HttpMethod.Put, path, body);

    public Task<Answer> Patch(string path, object? body = null) => Send(HttpMethod.Patch, path, body);

    public Task<Answer> Delete(string path) => Send(HttpMethod.Delete, path, null);

    public async Task<Answer> Send(HttpMethod method, string path, object? body, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (Token is not null && path.StartsWith("/api", StringComparison.Ordinal)) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        if (key is not null) request.Headers.Add(WriteRoutes.KeyHeader, key);
        request.Content = body switch
        {
            null => null,
            HttpContent content => content,
            string text => new StringContent(text, System.Text.Encoding.UTF8, "application/json"),
            _ => JsonContent.Create(body, options: JsonStyle.Options),
        };
        // Who sends much asks first, or the refusal is lost: the server closes a connection on which it does not want the rest.
        request.Headers.ExpectContinue = request.Content?.Headers.ContentLength > 100_000;
        using var response = await http.SendAsync(request);
        return await Answer.Read(response);
    }

    /// <summary>Opens a page and submits its form with the given fields, as a browser without JavaScript would.</summary>
    /// <param name="form">CSS selector of the form.</param>
    public async Task<Answer> Submit(string page, string form, IDictionary<string, string?> fields)
    {
        var shown = await Get(page);
        shown.Status.ShouldBe(200, shown.Text);
        return await Submit(shown, page, form, fields);
    }

    public Task<Answer> Submit(Answer shown, string page, string form, IDictionary<string, string?> fields)
    {
        var element = shown.Html.QuerySelector(form) as IHtmlFormElement ?? throw new ShouldAssertException($"No form '{form}' on {page}:\n{shown.Text}");
        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var input in element.Elements.OfType<IHtmlInputElement>().Where(i => i.Name is not null && i.Type is not ("submit" or "button") && (i.Type is not ("checkbox" or "radio") || i.IsChecked)))
            values[input.Name!] = input.Value;
        foreach (var area in element.Elements.OfType<IHtmlTextAreaElement>()) values[area.Name!] = area.Value;
        foreach (var select in element.Elements.OfType<IHtmlSelectElement>()) values[select.Name!] = select.Value;
        foreach (var (name, value) in fields) values[name] = value;
        var action = element.GetAttribute("action");
        return Post(string.IsNullOrEmpty(action) ? page : action, new FormUrlEncodedContent(values.Where(v => v.Value is not null)!));
    }

    public void Dispose() => http.Dispose();
}

/// <summary>An answer, read whole.</summary>
internal sealed record Answer(int Status, string Text, byte[] Bytes, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    private static readonly HtmlParser Parser = new();

    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Text);

    public IHtmlDocument Html => Parser.ParseDocument(Text);

    /// <summary>The stable code of a problem.</summary>
    public string? Code => ContentHeaders.ContentType?.MediaType == "application/problem+json" ? Json.GetProperty("code").GetString() : null;

    public string? Location => Headers.Location?.OriginalString;

    public bool Replayed => Headers.Contains(WriteRoutes.ReplayedHeader);

    public static async Task<Answer> Read(HttpResponseMessage response)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync();
        return new Answer((int)response.StatusCode, System.Text.Encoding.UTF8.GetString(bytes), bytes, response.Headers, response.Content.Headers);
    }

    public T Read<T>() => JsonSerializer.Deserialize<T>(Text, JsonStyle.Options)!;

    /// <summary>Fails with the body when the status is another.</summary>
    public Answer Must(int status = 200)
    {
        Status.ShouldBe(status, Text.Length > 2000 ? Text[..2000] : Text);
        return this;
    }

    public Answer MustRefuse(int status, string code)
    {
        Must(status);
        Code.ShouldBe(code, Text);
        return this;
    }
}
