namespace Marketplace.Bench;

/// <param name="Seconds">Of one round of one side.</param>
/// <param name="Postings">How many lie in the large ledger.</param>
/// <param name="Products">How many stand in the large catalogue.</param>
/// <param name="Orders">How many were placed in the older of the two markets of <see cref="MixedCheckouts"/>.</param>
internal sealed record BenchOptions(bool Record, IReadOnlyList<string> Only, double Seconds, int Rounds, bool Statements, long Postings, long Products, long Orders)
{
    public const string Usage = "./dev bench [--record] [--only reads,checkout,mixed,posting,ledger,catalog] [--seconds 2.5] [--rounds 3] [--statements] [--postings 1000000] [--products 1000000] [--orders 1000000]";

    private static readonly string[] Parts = ["reads", "checkout", "mixed", "posting", "ledger", "catalog"];

    public bool Wants(string part) => Only.Count == 0 || Only.Contains(part, StringComparer.Ordinal);

    /// <exception cref="FormatException">An option that is not of the <see cref="Usage"/>, or a value that is none.</exception>
    public static BenchOptions Read(string[] args)
    {
        var options = new BenchOptions(false, [], 2.5, 3, false, 1_000_000, 1_000_000, 1_000_000);
        var left = new Queue<string>(args);
        while (left.TryDequeue(out var name))
        {
            options = name switch
            {
                "--record" => options with { Record = true },
                "--statements" => options with { Statements = true },
                "--only" => options with { Only = Chosen(Value()) },
                "--seconds" => options with { Seconds = double.Parse(Value()) },
                "--rounds" => options with { Rounds = int.Parse(Value()) },
                "--postings" => options with { Postings = long.Parse(Value()) },
                "--products" => options with { Products = long.Parse(Value()) },
                "--orders" => options with { Orders = long.Parse(Value()) },
                _ => options with { Only = Chosen(name) },
            };

            string Value() => left.TryDequeue(out var value) ? value : throw new FormatException($"{name} wants a value.");
        }

        return options;
    }

    private static string[] Chosen(string parts) =>
        parts.Split(',') is var chosen && chosen.Except(Parts, StringComparer.Ordinal).FirstOrDefault() is { } unknown ? throw new FormatException($"There is no '{unknown}'.") : chosen;
}
