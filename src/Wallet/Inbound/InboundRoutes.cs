using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>The way in for providers.</summary>
internal static class InboundRoutes
{
    public static void AddInbound(this IServiceCollection services)
    {
        services.AddScoped<ReceiveEvent>();
        services.AddSchedule<HandleEvents>("wallet.handle_provider_events", TimeSpan.FromSeconds(2));
        services.AddSchedule<PurgeProviderEvents>("wallet.purge_provider_events", TimeSpan.FromHours(6));
        services.AddScoped<IPersonalData, EventData>();
        services.AddMenu<Texts>("admin", 140, "Provider events", "/admin/payment-events", "radio-tower", right: Rights.Finance);
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapInbound(this IEndpointRouteBuilder api)
    {
        api.MapPost("/payment-events/{provider}", async (string provider, HttpContext http, ReceiveEvent receive, CancellationToken stop) =>
            {
                await receive.Handle(provider, await Read(http, stop), stop);
                return TypedResults.Ok();
            })
            .ForAnyone().WithMetadata(new WriteRoute(null, 200, false, true), new RequestSizeLimitAttribute(ReceiveEvent.MostBytes))
            .NotForKeys().WithName("ReceivePaymentEvent").WithTags("Wallet")
            .WithSummary("For payment providers: an event, proved by its signature. 200 means that it is stored; what follows from it happens afterwards, once.");
        api.MapGet("/payment-events", ([AsParameters] BrowseEvents.Request request, NpgsqlDataSource source, Cursors cursors, CancellationToken stop) => BrowseEvents.Handle(request, source, cursors, stop))
            .ForRight(Rights.Finance).NotForKeys().WithName("ListPaymentEvents").WithTags("Wallet").WithSummary("What providers told, newest first. Filters: provider, state, type (how it begins). Staff with the right finance.");
        api.MapGet("/payment-events/{id:guid}", (Guid id, NpgsqlDataSource source, CancellationToken stop) => BrowseEvents.One(id, source, stop))
            .ForRight(Rights.Finance).NotForKeys().WithName("ReadPaymentEvent").WithTags("Wallet").WithSummary("One event with its body, without what could be a card's number or a secret. Staff with the right finance.");
        api.MapPost("/payment-events/{id:guid}/replay", ReplayEvent.Handle).Writes()
            .ForRight(Rights.Finance).NotForKeys().WithName("ReplayPaymentEvent").WithTags("Wallet").WithSummary("Has an event handled once more: the provider is asked again, and nothing happens twice. Staff with the right finance.");
    }

    private static async Task<InboundMessage> Read(HttpContext http, CancellationToken stop)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, stop);
        return new InboundMessage(http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray());
    }
}
