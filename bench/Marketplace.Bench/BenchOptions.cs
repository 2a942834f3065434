namespace Marketplace.Bench;

/// <param name="Seconds">Of one round of one side.</param>
/// <param name="Postings">How many lie in the large ledger.</param>
/// <param name="Products">How many stand in the large catalogue.</param>
/// <param name="Orders">How many were placed in the older of the two markets of <see cref="MixedCheckouts"/>.</param>
internal sealed record BenchOptions(bool Record, IReadOnlyList<string> Only, double Seconds, int Rounds, bool Statements, long Postings, long Products, long Orders)
{
    public bool Wants(string part) => Only.Count == 0 || Only.Contains(part, StringComparer.Ordinal);

    public static BenchOptions Read(string[] args) => new(
        args.Contains("--record", StringComparer.Ordinal),
        (After(args, "--only") ?? args.FirstOrDefault(a => char.IsLetter(a[0]) && a == args[0]))?.Split(',') ?? [],
        double.Parse(After(args, "--seconds") ?? "2.5"),
        int.Parse(After(args, "--rounds") ?? "3"),
        args.Contains("--statements", StringComparer.Ordinal),
        long.Parse(After(args, "--postings") ?? "1000000"),
        long.Parse(After(args, "--products") ?? "1000000"),
        long.Parse(After(args, "--orders") ?? "1000000"));

    private static string? After(string[] args, string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
}
