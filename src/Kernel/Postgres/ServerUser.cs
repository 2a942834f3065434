using System.Diagnostics;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Kernel;

/// <summary>Who runs PostgreSQL, which refuses root: the user <c>postgres</c> when this process is root's, else the user of this process.</summary>
internal static class ServerUser
{
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes the directory the server user's own; where that user cannot get into it, a link to one that it can.</summary>
    [UnsupportedOSPlatform("windows")]
    public static async Task<string> Settle(string directory, Action<string> log, CancellationToken cancellation)
    {
        if (!Environment.IsPrivilegedProcess)
            return Directory.CreateDirectory(directory, Private).FullName;
        if (!await May("true", [], cancellation))
            throw new InvalidOperationException("PostgreSQL refuses to run as root, and setpriv cannot become the user postgres: install the package postgresql, or run as an ordinary user.");
        if (!Directory.Exists(directory))
        {
            File.Delete(directory); // a link whose target is gone
            if (await May("test", ["-x", Path.GetDirectoryName(directory)!], cancellation))
            {
                Directory.CreateDirectory(directory, Private);
                await Own(directory, cancellation);
            }
            else
            {
                string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(directory)))[..12];
                string shelter = Path.Combine(new[] { "/var/lib/postgresql", "/var/tmp" }.First(Directory.Exists), "marketplace-" + hash);
                if (!Directory.Exists(shelter))
                    await Expect("mkdir", ["-m", "700", shelter], cancellation);
                Directory.CreateSymbolicLink(directory, shelter);
                log($"The user postgres cannot get into {directory}: the database lives in {shelter}");
            }
        }
        string home = Directory.ResolveLinkTarget(directory, returnFinalTarget: true)?.FullName ?? directory;
        return await May("test", ["-O", home], cancellation) ? home : throw new InvalidOperationException(
            $"{home} is not the user postgres's, or lies where that user cannot get in. Run as its owner, or delete it.");
    }

    public static Task Own(string path, CancellationToken cancellation) =>
        Environment.IsPrivilegedProcess ? Expect("chown", ["postgres:postgres", path], cancellation, asRoot: true) : Task.CompletedTask;

    public static async Task<string> Expect(string program, string[] arguments, CancellationToken cancellation, bool asRoot = false)
    {
        var (code, said) = await Run(program, arguments, cancellation, asRoot);
        return code == 0 ? said : throw new InvalidOperationException($"{program} failed with {code}: {said}");
    }

    public static async Task<(int Code, string Said)> Run(string program, string[] arguments, CancellationToken cancellation, bool asRoot = false)
    {
        string[] command = Environment.IsPrivilegedProcess && !asRoot
            ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--", program, .. arguments]
            : [program, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) 
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/",
        };
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start)!;
        try
        {
            string[] said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
            await process.WaitForExitAsync(cancellation);
            return (process.ExitCode, string.Concat(said).Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: false);
            throw;
        }
    }

    private static async Task<bool> May(string program, string[] arguments, CancellationToken cancellation) =>
        (await Run(program, arguments, cancellation)).Code == 0;
}
