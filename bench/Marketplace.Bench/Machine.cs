using System.Globalization;
using System.Runtime.InteropServices;

namespace Marketplace.Bench;

/// <summary>What the figures were measured on, and how much processor a process has used.</summary>
internal static class Machine
{
    private const double TicksASecond = 100;    // USER_HZ of every Linux that .NET runs on

    public static string Describe()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024.0 * 1024 * 1024);
        var model = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() : null;
        return $"{Environment.ProcessorCount} cores ({model ?? RuntimeInformation.ProcessArchitecture.ToString()}), {memory:0} GB RAM, {RuntimeInformation.OSDescription}, .NET {Environment.Version}";
    }

    /// <summary>Others that worked while we measured spoil every figure: the load of the last minute, before we begin.</summary>
    public static string Load => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "?";

    /// <summary>Seconds of processor time, in user and kernel mode.</summary>
    public static double Cpu(int process)
    {
        var (_, own, _) = Stat(process);
        return own;
    }

    /// <summary>Of programs that this one has run to their end.</summary>
    public static double CpuOfEnded() => Stat(Environment.ProcessId).Buried;

    /// <summary>The postmaster, its living children, and those that it has buried.</summary>
    public static double CpuOfFamily(int parent)
    {
        var (_, own, buried) = Stat(parent);
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var child)) continue;
            var (of, used, _) = Stat(child);
            if (of == parent) own += used;
        }

        return own + buried;
    }

    // After the name in brackets: state, parent …, user and kernel time, those of buried children.
    private static (int Parent, double Own, double Buried) Stat(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            double Ticks(int at) => double.Parse(fields[at], CultureInfo.InvariantCulture) / TicksASecond;
            return (int.Parse(fields[1], CultureInfo.InvariantCulture), Ticks(11) + Ticks(12), Ticks(13) + Ticks(14));
        }
        catch (IOException)
        {
            return default;     // it ended while we looked
        }
    }
}
