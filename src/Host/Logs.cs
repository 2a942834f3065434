using System.Diagnostics;
using Marketplace.Kernel;
using Marketplace.Wallet;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Json;
using ILogger = Microsoft.Extensions.Logging.ILogger;

namespace Marketplace.Host;

/// <summary>
/// Serilog: one JSON object a line in production, readable text in development, the request id on every line of a request.
/// Paths are logged without their query, and tokens in paths are cut, so that no secret reaches a log.
/// </summary>
internal static class Logs
{
    /// <returns>The log of the start, before there are services.</returns>
    public static ILogger Use(WebApplicationBuilder builder)
    {
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
            .MinimumLevel.Override("Microsoft.AspNetCore.DataProtection", LogEventLevel.Error)   // it cannot know that our ring is sealed
            .MinimumLevel.Override("Microsoft.EntityFrameworkCore.Database.Command", LogEventLevel.Fatal)   // a constraint that refuses is no error,
            .MinimumLevel.Override("Microsoft.EntityFrameworkCore.Update", LogEventLevel.Fatal)             // and what is one is logged where it ends
            .MinimumLevel.Override("System.Net.Http", LogEventLevel.Warning)
            .ReadFrom.Configuration(builder.Configuration)
            .Enrich.FromLogContext()
            .Enrich.With<RequestIdEnricher>();
        var logger = (builder.Environment.IsDevelopment()
                ? configuration.WriteTo.Console(outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}", formatProvider: System.Globalization.CultureInfo.InvariantCulture)
                : configuration.WriteTo.Console(new JsonFormatter(renderMessage: true)))
            .CreateLogger();
        builder.Logging.ClearProviders().AddSerilog(logger, dispose: true);
        return new SerilogLoggerFactory(logger).CreateLogger("Marketplace.Host");
    }

    /// <summary>One line a request: method, path, status, milliseconds.</summary>
    public static void UseRequestLog(this WebApplication app) => app.Use(async (http, next) =>
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await next();
        }
        finally
        {
            var level = http.Response.StatusCode >= 500 ? LogLevel.Error : http.GetEndpoint() is null or { DisplayName: "Health checks" } ? LogLevel.Debug : LogLevel.Information;
            app.Logger.Log(level, "{Method} {Path} answered {Status} in {Milliseconds:0.0} ms", http.Request.Method, Safe(http.Request.Path), http.Response.StatusCode, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
    });

    // A download's token stands in its path: who reads the log must not be able to use it. Line breaks would forge lines.
    private static string Safe(PathString path) => WalletModule.MaskCardNumbers(string.Join('/', (path.Value ?? "").Split('/').Select(part => part.Length >= 40 ? part[..6] + "…" : part.ReplaceLineEndings(" "))));

    private sealed class RequestIdEnricher : ILogEventEnricher
    {
        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
        {
            if (Activity.Current is { } activity) logEvent.AddPropertyIfAbsent(propertyFactory.CreateProperty("RequestId", activity.TraceId.ToHexString()));
        }
    }
}
