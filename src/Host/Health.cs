using Marketplace.Kernel;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Host;

internal static class Health
{
    /// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: it may be sent work.</summary>
    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready").AllowAnonymous();
    }
}

/// <summary>The database answers, and our sessions have the working role and no more.</summary>
internal sealed class ReadyCheck(Database database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await database.AssertWorkingRole(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception error) when (error is InvalidOperationException or Npgsql.NpgsqlException)
        {
            return HealthCheckResult.Unhealthy("The database is not reachable in the role marketplace_app.", error);
        }
    }
}
