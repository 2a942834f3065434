using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Tests.Wallet.Providers;

/// <summary>What a payer's card, or the provider itself, is about to do.</summary>
public enum Will
{
    Pays,
    IsDeclined,
    AsksThePayer,

    /// <summary>Takes the money, and its answer is lost.</summary>
    LosesTheAnswer,

    /// <summary>A fault of theirs before anything was done, once.</summary>
    FailsOnce,
    WantsAReview,
    TellsTheFeeLater,
    RefusesRefunds,
    LosesTheAnswerToRefunds,
}

/// <summary>An event as the provider would send it.</summary>
internal sealed record SentEvent(string Id, Dictionary<string, string> Headers, byte[] Body);

/// <summary>
/// A provider on a port of the loopback: it has a memory, checks by itself who asks and whether keys of idempotency are there and used
/// for one thing, and misbehaves when it is told to. <see cref="TakeComplaints"/> is what a real one would complain about.
/// </summary>
internal abstract class ProviderSimulator : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, (string Request, int Status, string Body)> known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> turns = new(StringComparer.Ordinal);
    private readonly WebApplication app;

    protected ProviderSimulator(TimeProvider clock)
    {
        Clock = clock;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Use(Serve);
    }

    protected ConcurrentQueue<string> Complaints { get; } = [];

    /// <summary>What the market did wrong in speaking to it since this was last asked.</summary>
    public IReadOnlyList<string> TakeComplaints()
    {
        var all = new List<string>();
        while (Complaints.TryDequeue(out var one)) all.Add(one);
        return all;
    }

    /// <summary>All events that happened, oldest first, each signed for now.</summary>
    public ConcurrentQueue<(string Id, JsonObject Body)> Happened { get; } = [];

    /// <summary>Method and path of every request that was understood.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>How the next ones that take or give up what is held go wrong: true, it is done and the answer is lost; false, a fault before anything is done.</summary>
    public ConcurrentQueue<bool> Silences { get; } = [];

    public string Address => app.Urls.First();

    protected TimeProvider Clock { get; }

    protected Lock Gate { get; } = new();

    protected abstract string KeyHeader { get; }

    public async Task Start()
    {
        Map(app);
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The event as it goes over the wire: late ones are signed when they happened, forged ones with another secret, altered ones changed afterwards.</summary>
    public abstract SentEvent Send((string Id, JsonObject Body) happened, TimeSpan late = default, bool forged = false, bool altered = false);

    protected abstract bool IsAllowed(HttpRequest request);

    /// <summary>Whether this request must carry a key.</summary>
    protected virtual bool NeedsKey(HttpRequest request) => HttpMethods.IsPost(request.Method);

    protected abstract void Map(WebApplication at);

    protected static IResult Json(JsonNode? body, int status = 200) => Results.Text(body?.ToJsonString() ?? "{}", "application/json", statusCode: status);

    /// <summary>All is done and remembered; the answer does not arrive.</summary>
    protected static IResult Lost(IResult answer) => new LostAnswer(answer);

    private sealed class LostAnswer(IResult answer) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Items[nameof(LostAnswer)] = true;
            return answer.ExecuteAsync(httpContext);
        }
    }

    private async Task Serve(HttpContext http, RequestDelegate next)
    {
        // The same key twice at once is one after the other.
        var turn = turns.GetOrAdd(http.Request.Headers[KeyHeader].ToString(), key => new SemaphoreSlim(key.Length == 0 ? int.MaxValue : 1));
        await turn.WaitAsync();
        try
        {
            await ServeNext(http, next);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task ServeNext(HttpContext http, RequestDelegate next)
    {
        http.Request.EnableBuffering();
        var body = await new StreamReader(http.Request.Body).ReadToEndAsync();
        http.Request.Body.Position = 0;
        if (!IsAllowed(http.Request))
        {
            http.Response.StatusCode = 401;
            return;
        }

        Asked.Enqueue($"{http.Request.Method} {http.Request.Path}");
        var key = http.Request.Headers[KeyHeader].ToString();
        if (NeedsKey(http.Request) && key.Length == 0) Complaints.Enqueue($"{http.Request.Method} {http.Request.Path} has no {KeyHeader}");
        var request = $"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}\n{body}";
        if (key.Length > 0 && known.TryGetValue(key, out var before))
        {
            if (before.Request != request) Complaints.Enqueue($"{key} was used for two things:\n{before.Request}\n{request}");
            http.Response.StatusCode = before.Status;
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(before.Body);
            return;
        }

        var ends = HttpMethods.IsPost(http.Request.Method) && http.Request.Path.Value!.Split('/') is [_, _, _, _, .., "capture" or "cancel" or "void"];
        bool? done = ends && Silences.TryDequeue(out var silence) ? silence : null;
        if (done == false)
        {
            http.Response.StatusCode = 503;
            return;
        }

        if (done == true) http.Items[nameof(LostAnswer)] = true;
        var wire = http.Response.Body;
        using var answer = new MemoryStream();
        http.Response.Body = answer;
        await next(http);
        http.Response.Body = wire;
        var text = System.Text.Encoding.UTF8.GetString(answer.ToArray());
        // What was answered with a fault is tried anew under the same key.
        if (key.Length > 0 && http.Response.StatusCode < 500) known[key] = (request, http.Response.StatusCode, text);
        if (http.Items.ContainsKey(nameof(LostAnswer)))
        {
            http.Abort();
            return;
        }

        await wire.WriteAsync(answer.ToArray());
    }
}
