using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Host.Pages.Docs;

/// <summary>docs/errors.md as a page.</summary>
[AllowAnonymous]
internal sealed class ErrorsPage : PageModel
{
    public static IReadOnlyList<(string Code, string Status, string Says)> All { get; } = Read();

    private static List<(string, string, string)> Read()
    {
        using var reader = new StreamReader(typeof(ErrorsPage).Assembly.GetManifestResourceStream("errors.md")!);
        return reader.ReadToEnd().Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Select(cells => (cells[1].Trim('`'), cells[2], cells[3])).ToList();
    }
}
