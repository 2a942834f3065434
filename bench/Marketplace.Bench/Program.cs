using Marketplace.Bench;

if (args is ["bare", ..]) return await BareEndpoint.Run(args[1..]);

BenchOptions options;
try
{
    options = BenchOptions.Read(args);
}
catch (FormatException error)
{
    Console.Error.WriteLine($"{error.Message}\n{BenchOptions.Usage}");
    return 2;
}

var started = System.Diagnostics.Stopwatch.StartNew();
var report = new Report(Machine.Describe());
await using (var place = await Place.Open(options.Statements, options.Wants("ledger"), options.Wants("catalog"), options.Wants("mixed")))
{
    report.Postgres = await place.PostgresVersion();
    if (options.Wants("reads") || options.Wants("catalog")) await Part(Reads.Measure);
    if (options.Wants("checkout")) await Part(Checkouts.Measure);
    if (options.Wants("mixed")) await Part(MixedCheckouts.Measure);
    if (options.Wants("posting")) await Part(Postings.Measure);
    if (options.Wants("ledger")) await Part(Ledgers.Measure);
    if (options.Wants("catalog")) await Part(Catalogs.Measure);

    async Task Part(Func<Place, BenchOptions, Report, Task> measure)
    {
        await measure(place, options, report);
        if (options.Statements) await place.SayStatements();
    }
}

Console.WriteLine(report.Table());
Console.WriteLine($"Took {started.Elapsed.TotalSeconds:0} s.");
if (options.Record) report.Write(Path.Combine(Place.Root, "docs", "performance.md"));
return 0;
