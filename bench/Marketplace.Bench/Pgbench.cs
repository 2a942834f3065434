using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Marketplace.Bench;

/// <summary>PostgreSQL's own load generator: a script, prepared statements, no program in between.</summary>
/// <param name="what">Which transactions: <c>-f</c> and a script, or <c>-b</c> and a built-in; variables too.</param>
internal sealed class Pgbench(string program, IReadOnlyList<string> what, NpgsqlConnectionStringBuilder database)
{
    /// <summary>Makes the tables of its built-in transactions.</summary>
    /// <param name="scale">100,000 accounts and one branch each; fewer branches than clients would make them wait for each other.</param>
    public async Task MakeTables(int scale)
    {
        var (_, said) = await Run(["-i", "-q", "-s", $"{scale}"]);
        Place.Say(said.Split('\n')[^1]);
    }

    public async Task<Round> Round(int clients, double seconds, int postmaster)
    {
        var time = Math.Max(1, (int)Math.Round((decimal)seconds));
        var (before, own) = (Machine.CpuOfFamily(postmaster), Machine.CpuOfEnded());
        var (said, warned) = await Run(["-n", "-M", "prepared", "-c", $"{clients}", "-j", $"{Math.Min(clients, 2)}", "-T", $"{time}", .. what]);
        var (tps, done) = (Figure(said, @"tps = ([0-9.]+)"), Figure(said, @"actually processed: ([0-9]+)"));
        if (tps == 0 || Figure(said, @"failed transactions: ([0-9]+)") > 0) throw new InvalidOperationException($"pgbench failed:\n{said}\n{warned}");
        return new Round(tps, (Machine.CpuOfEnded() - own) * 1000 / done, (Machine.CpuOfFamily(postmaster) - before) * 1000 / done);
    }

    private async Task<(string Said, string Warned)> Run(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, [.. arguments, "-h", database.Host!, "-p", $"{database.Port}", "-U", database.Username!, database.Database!])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["PGPASSWORD"] = database.Password;
        start.Environment["PGSSLMODE"] = "disable";
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"pgbench failed:\n{said[0]}\n{said[1]}");
        return (said[0].Trim(), said[1].Trim());
    }

    private static double Figure(string said, string pattern) =>
        Regex.Match(said, pattern) is { Success: true } found ? double.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
}
