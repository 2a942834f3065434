using Marketplace.Kernel;
using Marketplace.Users;

namespace Marketplace.Host;

/// <summary>What the operator can ask of the program.</summary>
internal static class Commands
{
    /// <summary>No word: the market itself. In development an empty one is filled with the demo, and the logins are printed.</summary>
    public static async Task<int> Run(string[] args)
    {
        await using var app = await MarketHost.Build(WebApplication.CreateBuilder(args));
        bool demo;
        try
        {
            demo = app.Environment.IsDevelopment() && app.Configuration.GetValue("Marketplace:Demo", true) && await DemoMarket.Fill(app, clock => OpenDemo(args, clock));
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("\n  The demo broke off. The next start begins it anew.");
            return 130;
        }

        await app.StartAsync();

        Console.WriteLine($"\n  The market is open:  {app.Urls.First()}\n");
        if (demo) Console.WriteLine(DemoMarket.Logins);
        await app.WaitForShutdownAsync();
        return 0;
    }

    /// <summary><c>check</c>: whether the books and every other invariant hold.</summary>
    /// <returns>1 when one is broken.</returns>
    public static async Task<int> Check(string[] args)
    {
        await using var app = await MarketHost.Build(Quiet(args));
        var results = await app.Services.GetRequiredService<InvariantCheck>().Run();
        foreach (var result in results)
            Console.WriteLine($"{(result.Violations == 0 ? "ok " : "RED")}  {result.Module,-8} {result.Invariant}{(result.Violations == 0 ? "" : $": {result.Violations} — {result.Detail}")}");

        var broken = results.Count(r => r.Violations != 0);
        Console.WriteLine(broken == 0 ? $"All {results.Count} invariants hold." : $"{broken} of {results.Count} invariants are broken.");
        return broken == 0 && results.Count > 0 ? 0 : 1;
    }

    /// <summary><c>owner ada@example.com</c>: gives an account every right. The first owner of a market is made here and nowhere else.</summary>
    public static async Task<int> MakeOwner(string email, string[] args)
    {
        await using var app = await MarketHost.Build(Quiet(args));
        await using var scope = app.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<IUsers>();
        var account = await users.FindByEmail(email);
        if (account is { } id) await scope.ServiceProvider.GetRequiredService<Writes>().Run(() => users.MakeOwner(id));
        Console.WriteLine(account is null ? $"There is no account {email}: sign up first." : $"{email} is an owner now.");
        return account is null ? 1 : 0;
    }

    // On a port of its own: nobody visits a market in which it is last month.
    private static async Task<WebApplication> OpenDemo(string[] args, DemoClock clock)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Configuration["Urls"] = "http://127.0.0.1:0";
        builder.Configuration["Marketplace:BackgroundWork"] = "false";
        builder.Configuration["Users:PasswordIterations"] = "1000";     // everybody knows their password; it is hashed anew, and slowly, when somebody signs in with it
        builder.Configuration["Serilog:MinimumLevel:Default"] = "Error";
        builder.Configuration["Serilog:MinimumLevel:Override:Microsoft.Hosting.Lifetime"] = "Error";
        var host = await MarketHost.Build(builder, services => services.AddSingleton<TimeProvider>(clock));
        await host.StartAsync();
        return host;
    }

    private static WebApplicationBuilder Quiet(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Configuration["Serilog:MinimumLevel:Default"] = "Warning";
        return builder;
    }
}
