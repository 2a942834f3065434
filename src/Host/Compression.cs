using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;

namespace Marketplace.Host;

/// <summary>
/// Pages and the API's answers travel compressed. Over TLS the length of a compressed answer can betray a secret in it, to somebody who makes the
/// victim's browser ask for it again and again with guesses beside it. So what may be one person's (a cookie came along) is compressed only where the
/// browser says that our own page asked, or the person. Tokens of forms are masked anew in each answer all the same, and keys are shown once only.
/// </summary>
internal static class Compression
{
    public static void AddCompression(this IServiceCollection services)
    {
        services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.Providers.Add<BrotliCompressionProvider>();
            compression.Providers.Add<GzipCompressionProvider>();
            compression.MimeTypes = ["text/html", "text/plain", "text/csv", "application/json", "application/problem+json", "application/xml", "application/atom+xml", "application/ld+json", "image/svg+xml"];
        });
        // Made for one answer: what the next level saves is less than what it costs.
        services.Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);
    }

    public static void UseCompression(this WebApplication app) => app.UseWhen(IsSafe, ours => ours.UseResponseCompression());

    private static bool IsSafe(HttpContext http) => http.Request.Headers.Cookie.Count == 0 || http.Request.Headers["Sec-Fetch-Site"].ToString() is "same-origin" or "none";
}
