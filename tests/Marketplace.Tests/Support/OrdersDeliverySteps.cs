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
            return result switch
            {
                Task<IReadOnlyDictionary<Guid, Offer>> offers => Change(offers),
                Task<(IReadOnlyDictionary<Guid, Offer>, ILookup<Guid, ProductFile>)> both => Change(both),
                _ => result,
            };
        }

        private async Task<IReadOnlyDictionary<Guid, Offer>> Change(Task<IReadOnlyDictionary<Guid, Offer>> offers) => Changes(await offers);

        private async Task<(IReadOnlyDictionary<Guid, Offer> Offers, ILookup<Guid, ProductFile> Files)> Change(Task<(IReadOnlyDictionary<Guid, Offer> Offers, ILookup<Guid, ProductFile> Files)> both)
        {
            var (offers, files) = await both;
            return (Changes(offers), files);
        }

        private Dictionary<Guid, Offer> Changes(IReadOnlyDictionary<Guid, Offer> offers) => offers.ToDictionary(o => o.Key, o => change(o.Value));
    }
}
