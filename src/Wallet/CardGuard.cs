using System.Buffers;
using System.Text;
using System.Text.Json;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Wallet;

/// <summary>
/// Before any endpoint: what looks like a card's number or security code in an address, a header that is stored, a JSON body or a form is
/// refused, and nobody has read it yet. Files are not looked into: what streams in as an upload passes.
/// </summary>
internal static class CardGuard
{
    // What may be larger says so itself and is a file.
    private const int Most = 256 * 1024;

    /// <exception cref="Refused">422 <c>card_number_refused</c>.</exception>
    public static async Task Look(HttpContext http)
    {
        var request = http.Request;
        // What a provider signs has no card in it, and an event that is turned away for its long numbers would be lost.
        if (request.Path.StartsWithSegments("/api/v1/payment-events")) return;
        if (CardNumber.IsIn(request.Path.Value) || CardNumber.IsIn(request.Headers[WriteRoutes.KeyHeader]) || request.Query.Any(q => IsCard(q.Key, q.Value))) throw CardNumber.Refusal();
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) return;
        var type = request.ContentType ?? "";
        if (type.Contains("json", StringComparison.OrdinalIgnoreCase))
        {
            if (await Read(request) is { } body && (IsInJson(body) ?? CardNumber.IsIn(Encoding.UTF8.GetString(body)))) throw CardNumber.Refusal();
        }
        else if (request.HasFormContentType && (!type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) || IsPage(http)))
        {
            // Read here, it is kept for whoever binds it later.
            if ((await request.ReadFormAsync(http.RequestAborted)).Any(f => IsCard(f.Key, f.Value))) throw CardNumber.Refusal();
        }
    }

    // A page that takes large files says how large; its form is read when that is in force.
    private static bool IsPage(HttpContext http) => http.GetEndpoint()?.Metadata is { } said && said.GetMetadata<PageActionDescriptor>() is not null && said.GetMetadata<IRequestSizeLimitMetadata>() is null;

    private static bool IsCard(string name, Microsoft.Extensions.Primitives.StringValues values) =>
        CardNumber.IsIn(name) || values.Any(v => CardNumber.IsIn(v) || CardNumber.IsFieldFor(name, v));

    // Null for what is too large to be anything that is read as JSON here: it is refused by its size.
    private static async Task<byte[]?> Read(HttpRequest request)
    {
        if (request.ContentLength > Most) return null;
        request.EnableBuffering(Most);
        using var body = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            for (int read; body.Length <= Most && (read = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0;) body.Write(buffer, 0, read);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }

        request.Body.Position = 0;
        return body.ToArray();
    }

    /// <returns>Null when it is no JSON.</returns>
    private static bool? IsInJson(byte[] body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var name = "";
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        name = reader.GetString()!;
                        if (CardNumber.IsIn(name)) return true;
                        break;
                    case JsonTokenType.String or JsonTokenType.Number:
                        var value = reader.TokenType == JsonTokenType.String ? reader.GetString() : Encoding.ASCII.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan);
                        if (CardNumber.IsIn(value) || CardNumber.IsFieldFor(name, value)) return true;
                        break;
                }
            }

            return false;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
