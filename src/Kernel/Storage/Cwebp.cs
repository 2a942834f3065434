using System.Diagnostics;
using System.Globalization;

namespace Marketplace.Kernel;

/// <summary>libwebp's own program: reads PNG, JPEG and WebP, writes WebP. A process a picture.</summary>
internal static class Cwebp
{
    /// <param name="width">The height follows from it.</param>
    /// <returns>The picture, at its beginning; or null, and why.</returns>
    /// <exception cref="System.ComponentModel.Win32Exception">It is not installed.</exception>
    /// <exception cref="OperationCanceledException">It took too long; it was ended.</exception>
    public static async Task<(MemoryStream? Made, string Why)> Make(Stream picture, int width, CancellationToken stop)
    {
        using var process = Start(width);
        try
        {
            var made = new MemoryStream();
            var words = process.StandardError.ReadToEndAsync(stop);
            await Task.WhenAll(Feed(picture, process, stop), process.StandardOutput.BaseStream.CopyToAsync(made, stop));
            await process.WaitForExitAsync(stop);
            if (process.ExitCode != 0 || made.Length == 0) return (null, (await words).Trim());
            made.Position = 0;
            return (made, "");
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private static Process Start(int width)
    {
        var start = new ProcessStartInfo("cwebp") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in new[] { "-quiet", "-q", "80", "-metadata", "icc", "-resize", width.ToString(CultureInfo.InvariantCulture), "0", "-o", "-", "--", "-" }) start.ArgumentList.Add(word);
        return Process.Start(start)!;
    }

    private static async Task Feed(Stream picture, Process process, CancellationToken stop)
    {
        try
        {
            await picture.CopyToAsync(process.StandardInput.BaseStream, stop);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has seen enough, and says why on its way out.
        }
    }
}
