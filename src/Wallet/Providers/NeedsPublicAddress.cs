using Marketplace.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Wallet;

/// <summary>Payers come back from a provider to an address that they can reach: a market that does not know its own must not open.</summary>
internal sealed class NeedsPublicAddress(PublicAddress address, IHostEnvironment environment) : IStartupFilter
{
    /// <exception cref="InvalidOperationException">It says what to set.</exception>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next)
    {
        if (!address.IsGiven && !environment.IsDevelopment())
            throw new InvalidOperationException("Set Host__PublicUrl: payers come back from their provider to the address that people see, like https://market.example.");
        return next;
    }
}
