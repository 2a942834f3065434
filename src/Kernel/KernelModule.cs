using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Marketplace.Kernel;

public sealed class KernelOptions
{
    /// <summary>32 bytes, base64: wraps every secret and the data-protection ring.</summary>
    public required string MasterKey { get; init; }

    /// <summary>Folder of the blob store.</summary>
    public required string BlobDirectory { get; init; }

    /// <summary>Off in tests that call jobs and drain events by hand.</summary>
    public bool BackgroundWork { get; init; } = true;
}

public static class KernelModule
{
    public static IServiceCollection AddKernel(this IServiceCollection services, Database database, KernelOptions options)
    {
        services.AddSingleton(_ => database);    // from a factory: the container ends it, however the host ends
        services.AddSingleton(database.Source);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<Faults>();
        services.AddSingleton<Migrator>();
        services.AddModuleDb<KernelDb>(KernelDb.Schema);
        services.AddScoped<UnitOfWork>();
        services.AddScoped<Writes>();

        services.AddSingleton<Outbox>();
        services.AddSingleton<Dispatcher>();
        services.AddSingleton<Scheduler>();
        services.AddSingleton<DueRows>();
        services.AddSchedule<PurgeIdempotencyKeys>("kernel.purge_idempotency_keys", TimeSpan.FromHours(1));
        services.AddSchedule<PurgeEvents>("kernel.purge_events", TimeSpan.FromHours(6));
        services.AddSchedule<SweepBlobs>("kernel.sweep_blobs", TimeSpan.FromHours(1));
        if (options.BackgroundWork)
        {
            services.AddHostedService<DispatcherService>();
            services.AddHostedService<SchedulerService>();
        }

        services.AddSingleton(new Secrets(options.MasterKey));
        services.AddSingleton<IBlobStore>(new DiskBlobStore(options.BlobDirectory));
        services.AddScoped<Blobs>();
        services.AddSingleton<Pictures>();
        services.AddDataProtection().SetApplicationName("marketplace");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(
            keys => keys.XmlRepository = new KeyRing(database.Source, provider.GetRequiredService<Secrets>())));
        services.AddSingleton<Cursors>();
        services.AddSingleton<PublicAddress>();

        services.AddHttpContextAccessor();
        services.AddScoped(provider => provider.GetRequiredService<IHttpContextAccessor>().HttpContext is { } http ? Caller.From(http.User) : Caller.System);
        services.AddSingleton<IAuthorizationPolicyProvider, AccessPolicies>();
        // A route that says nothing is for signed-in people; what is no route (404, 405) needs no permission.
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(context =>
            context.User.Identity is { IsAuthenticated: true } || (context.Resource as HttpContext)?.GetEndpoint() is not RouteEndpoint).Build());

        services.AddSingleton<RateLimitSettings>();
        services.AddSingleton<RateLimits>();
        services.AddSchedule<PurgeRateBuckets>("kernel.purge_rate_buckets", TimeSpan.FromMinutes(10));

        services.AddSingleton<InvariantCheck>();
        services.AddSingleton<Composition>();
        services.AddScoped<Subjects>();
        services.AddScoped<IPersonalData, RequestsData>();
        services.ConfigureHttpJsonOptions(json => JsonStyle.Apply(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.Configure<MvcOptions>(mvc => mvc.Filters.Add<FormPageFilter>());
        return services;
    }
}
