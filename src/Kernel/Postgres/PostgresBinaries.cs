using System.Globalization;
using System.Runtime.Versioning;

namespace Marketplace.Kernel;

/// <summary>The programs of one installed PostgreSQL server.</summary>
internal sealed record PostgresBinaries(string Directory, int Major)
{
    private const int Oldest = 15;

    public string Path(string program) => System.IO.Path.Combine(Directory, program);

    /// <summary>The version that made the data, else the one on PATH, else the newest of the system's packages.</summary>
    public static async Task<PostgresBinaries> Find(string versionFile, CancellationToken cancellation)
    {
        const string packages = "/usr/lib/postgresql";
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => System.IO.Path.Combine(folder, "pg_ctl")).Where(File.Exists)
            .Select(file => System.IO.Path.GetDirectoryName(File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file)!);
        var packaged = System.IO.Directory.Exists(packages) ? System.IO.Directory.GetDirectories(packages).Select(version => System.IO.Path.Combine(version, "bin")) : [];
        PostgresBinaries[] found = [.. await Installed(onPath, cancellation), .. (await Installed(packaged, cancellation)).OrderByDescending(one => one.Major)];
        if (File.Exists(versionFile))
        {
            int made = int.Parse(await File.ReadAllTextAsync(versionFile, cancellation), CultureInfo.InvariantCulture);
            return Array.Find(found, one => one.Major == made) ?? throw new InvalidOperationException(
                $"{versionFile} says that PostgreSQL {made} made this database, and its server programs are not installed (Debian: package postgresql-{made}).");
        }
        return Array.Find(found, one => one.Major >= Oldest) ?? throw new InvalidOperationException(
            $"PostgreSQL {Oldest} or newer is needed, and {(found is [] ? "no server programs are" : $"only version {found[0].Major} is")} on PATH or in {packages}. "
            + "Install the package postgresql (Debian, Ubuntu), postgresql-server (Fedora) or postgresql@17 (Homebrew), or set a connection string.");
    }

    private static async Task<List<PostgresBinaries>> Installed(IEnumerable<string> folders, CancellationToken cancellation)
    {
        var found = new List<PostgresBinaries>();
        foreach (string folder in folders.Distinct(StringComparer.Ordinal))
        {
            var programs = new[] { "pg_ctl", "initdb", "postgres" }.Select(program => System.IO.Path.Combine(folder, program));
            if (!programs.All(file => File.Exists(file) && !IsScript(file)))
                continue;
            string version = await ServerUser.Expect(programs.Last(), ["--version"], cancellation); // postgres (PostgreSQL) 15.18 (Debian …)
            found.Add(new(folder, int.Parse(string.Concat(version.SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(char.IsAsciiDigit)), CultureInfo.InvariantCulture)));
        }
        return found;
    }

    private static bool IsScript(string file) // a wrapper, which may change user or arguments
    {
        using var content = File.OpenRead(file);
        return content.ReadByte() == '#';
    }
}
