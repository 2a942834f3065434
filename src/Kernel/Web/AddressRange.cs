using System.Net;
using System.Net.Sockets;

namespace Marketplace.Kernel;

/// <summary>Where somebody comes from, as coarse as counting needs.</summary>
public static class AddressRange
{
    /// <summary>The range that one household or office shares, in CIDR: /24 of IPv4, /56 of IPv6.</summary>
    public static string Of(IPAddress? address)
    {
        if (address is null) return "0.0.0.0/32";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var length = address.AddressFamily == AddressFamily.InterNetwork ? 24 : 56;
        var bytes = address.GetAddressBytes();
        for (var bit = length; bit < bytes.Length * 8; bit++) bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return $"{new IPAddress(bytes)}/{length}";
    }
}
