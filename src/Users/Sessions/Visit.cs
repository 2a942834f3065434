using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Users;

/// <summary>Where somebody comes from: for the list of sessions, and for counting guesses.</summary>
internal sealed record Visit(IPAddress? Address, string UserAgent)
{
    /// <summary>The range that one household or office shares: /24 of IPv4, /56 of IPv6.</summary>
    public string Prefix
    {
        get
        {
            if (Address is null) return "0.0.0.0/32";
            var length = Address.AddressFamily == AddressFamily.InterNetwork ? 24 : 56;
            var bytes = Address.GetAddressBytes();
            for (var bit = length; bit < bytes.Length * 8; bit++) bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
            return $"{new IPAddress(bytes)}/{length}";
        }
    }

    public static Visit Of(HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress;
        if (address is { IsIPv4MappedToIPv6: true }) address = address.MapToIPv4();
        if (address is { AddressFamily: AddressFamily.InterNetworkV6 }) address = new IPAddress(address.GetAddressBytes());   // without a scope
        var agent = string.Concat(http.Request.Headers.UserAgent.ToString().Where(c => c is >= ' ' and <= '~').Take(400));
        return new Visit(address, agent);
    }
}
