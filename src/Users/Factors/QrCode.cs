using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Html;
using QRCoder;

namespace Marketplace.Users;

/// <summary>A QR code as a drawing in the page: nothing is fetched for it, and nothing of it is kept.</summary>
internal static class QrCode
{
    public static IHtmlContent Draw(string text, string label)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var (rows, path) = (code.ModuleMatrix, new StringBuilder());
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows.Count; x++)
            {
                var from = x;
                while (x < rows.Count && rows[y][x]) x++;
                if (x > from) path.Append(CultureInfo.InvariantCulture, $"M{from} {y}h{x - from}v1H{from}z");
            }
        }

        // Dark on light in either theme: readers want it so.
        return new HtmlContentBuilder().AppendHtml($"<svg class=\"w-full max-w-56 rounded-lg\" viewBox=\"0 0 {rows.Count} {rows.Count}\" role=\"img\" shape-rendering=\"crispEdges\" aria-label=\"").Append(label)
            .AppendHtml($"\"><rect width=\"{rows.Count}\" height=\"{rows.Count}\" fill=\"#fff\"/><path fill=\"#000\" d=\"{path}\"/></svg>");
    }
}
