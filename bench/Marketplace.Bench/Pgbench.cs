using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Marketplace.Bench;

/// <summary>PostgreSQL's own load generator: a script, prepared statements, no program in between.</summary>
internal sealed class Pgbench(string program, string script, NpgsqlConnectionStringBuilder database)
{
    public async Task<Round> Round(int clients, double seconds, int postmaster)
    {
        var time = Math.Max(1, (int)Math.Round((decimal)seconds));
        var start = new ProcessStartInfo(program,
            ["-n", "-M", "prepared", "-c", $"{clients}", "-j", $"{Math.Min(clients, 2)}", "-T", $"{time}", "-f", script, "-h", database.Host!, "-p", $"{database.Port}", "-U", database.Username!, database.Database!])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["PGPASSWORD"] = database.Password;
        start.Environment["PGSSLMODE"] = "disable";
        var (before, own) = (Machine.CpuOfFamily(postmaster), Machine.CpuOfEnded());
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var (tps, done) = (Figure(said[0], @"tps = ([0-9.]+)"), Figure(said[0], @"actually processed: ([0-9]+)"));
        if (process.ExitCode != 0 || tps == 0 || Figure(said[0], @"failed transactions: ([0-9]+)") > 0) throw new InvalidOperationException($"pgbench failed:\n{said[0]}\n{said[1]}");
        return new Round(tps, (Machine.CpuOfEnded() - own) * 1000 / done, (Machine.CpuOfFamily(postmaster) - before) * 1000 / done);
    }

    private static double Figure(string said, string pattern) =>
        Regex.Match(said, pattern) is { Success: true } found ? double.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
}
