using System.Diagnostics;
using System.Net;
using System.Reflection;
using Marketplace.Catalog;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests;

internal static class OrdersDeliverySteps
{
    /// <summary>Downloads as another program of the same person would.</summary>
    public static async Task<Answer> Fetch(this Visitor visitor, string path, string client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("User-Agent", client);
        using var response = await visitor.Http.SendAsync(request);
        return await Answer.Read(response);
    }

    /// <summary>A guest fills in the checkout's form; nobody is signed in.</summary>
    public static async Task<Answer> CheckoutAsGuest(this Visitor guest, string email, string token = "tok_ok", string? password = null, string? name = null) =>
        await guest.CheckoutAsGuest((await guest.Get("/checkout")).Must(), email, token, password, name);

    /// <param name="shown">The checkout's page: the same one again is the same form again.</param>
    public static Task<Answer> CheckoutAsGuest(this Visitor guest, Answer shown, string email, string token = "tok_ok", string? password = null, string? name = null) =>
        guest.Submit(shown, "/checkout", "form[action^='/checkout']", new Dictionary<string, string?>
        {
            ["Input.Email"] = email, ["Input.DisplayName"] = name, ["Input.Password"] = password, ["payment_method"] = "sandbox_card", ["payment_token"] = token,
        });

    /// <summary>Lets a test change what the catalog says of its offers.</summary>
    public static void ChangeOffers(this IServiceCollection services, Func<Offer, Offer> change)
    {
        var real = services.Last(s => s.ServiceType == typeof(ICatalog));
        services.AddScoped(provider => Changed.Of((ICatalog)(real.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, real.ImplementationType!)), change));
    }

    /// <summary>A catalog whose offers were changed on the way.</summary>
#pragma warning disable CA1852 // the proxy is made as a subtype of it
    public class Changed : DispatchProxy
#pragma warning restore CA1852
    {
        private ICatalog inner = null!;
        private Func<Offer, Offer> change = null!;

        public static ICatalog Of(ICatalog inner, Func<Offer, Offer> change)
        {
            var proxy = Create<ICatalog, Changed>();
            ((Changed)(object)proxy).inner = inner;
            ((Changed)(object)proxy).change = change;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var result = targetMethod!.Invoke(inner, args);
            return result is Task<IReadOnlyDictionary<Guid, Offer>> offers ? Change(offers) : result;
        }

        private async Task<IReadOnlyDictionary<Guid, Offer>> Change(Task<IReadOnlyDictionary<Guid, Offer>> offers) => (await offers).ToDictionary(o => o.Key, o => change(o.Value));
    }
}

/// <summary>A host in a process of its own, on a database of its own: what a test measures of it is its alone.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly string home;

    private HostProcess(Process process, Uri address, string connectionString, string home) => (this.process, Address, ConnectionString, this.home) = (process, address, connectionString, home);

    public Uri Address { get; }

    public string ConnectionString { get; }

    /// <summary>What the process has taken of the memory for itself, in bytes: no file pages, no shared code.</summary>
    public long Memory => 1024 * long.Parse(
        File.ReadLines($"/proc/{process.Id}/status").First(l => l.StartsWith("RssAnon:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);

    public Visitor Visitor() => new(Address);

    public static async Task<HostProcess> Start()
    {
        var connectionString = await TestServer.Clone();
        var home = Directory.CreateTempSubdirectory("marketplace-host").FullName;
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Marketplace.Host.dll"), "--urls", "http://127.0.0.1:0", "--contentRoot", Path.Combine(TestServer.Root, "src", "Host")])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["ConnectionStrings__Marketplace"] = connectionString,
                ["Marketplace__Home"] = home,
                ["Marketplace__BackgroundWork"] = "false",
                ["Marketplace__Demo"] = "false",
                ["Users__PasswordIterations"] = "1000",
            },
        };
        var process = Process.Start(start)!;
        const string says = "Now listening on: ";
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.IndexOf(says, StringComparison.Ordinal) is not (>= 0 and var at)) continue;
            _ = Task.Run(async () =>
            {
                while (await process.StandardOutput.ReadLineAsync() is not null)
                {
                    // Else its pipe would fill up.
                }
            });
            return new HostProcess(process, new Uri(line[(at + says.Length)..].Trim()), connectionString, home);
        }

        throw new InvalidOperationException($"The host ended with {process.ExitCode}.");
    }

    /// <summary>Somebody new, signed in.</summary>
    public async Task<Person> SignUp(string name)
    {
        var (email, visitor) = (UsersSteps.NewEmail(), Visitor());
        var account = (await visitor.Post("/api/v1/accounts", new { email, password = UsersSteps.Password, display_name = name })).Must(201).Json.Id();
        var person = new Person(account, email, UsersSteps.Password, visitor);
        await person.SignIn();
        return person;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Npgsql.NpgsqlConnection.ClearAllPools();
        await TestServer.Drop(ConnectionString);
        Directory.Delete(home, recursive: true);
    }
}
