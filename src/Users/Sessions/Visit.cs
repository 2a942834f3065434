using System.Net;
using System.Net.Sockets;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Users;

/// <summary>Where somebody comes from: for the list of sessions, and for counting guesses.</summary>
internal sealed record Visit(IPAddress? Address, string UserAgent)
{
    /// <summary>The range that one household or office shares: /24 of IPv4, /56 of IPv6.</summary>
    public string Prefix => AddressRange.Of(Address);

    public static Visit Of(HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress;
        if (address is { IsIPv4MappedToIPv6: true }) address = address.MapToIPv4();
        if (address is { AddressFamily: AddressFamily.InterNetworkV6 }) address = new IPAddress(address.GetAddressBytes());   // without a scope
        var agent = string.Concat(http.Request.Headers.UserAgent.ToString().Where(c => c is >= ' ' and <= '~').Take(400));
        return new Visit(address, agent);
    }
}
