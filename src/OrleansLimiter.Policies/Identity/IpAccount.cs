using System.Net;

namespace OrleansLimiter.Policies.Identity;

/// <summary>Accounts of callers who are known by their address alone.</summary>
public static class IpAccount
{
    /// <summary>Reads an address, also with a port or in brackets, as it stands in <c>X-Forwarded-For</c>.</summary>
    /// <param name="text">Four decimal numbers, or IPv6; never the short, octal or hexadecimal forms of IPv4.</param>
    /// <param name="account">IPv4 whole (an IPv4-mapped IPv6 address is one); IPv6 by its /64, without zone.</param>
    public static bool TryParse(string text, out Account account) => throw new NotImplementedException();

    /// <summary>The account of an address.</summary>
    /// <param name="address">IPv4 whole (an IPv4-mapped IPv6 address is one); IPv6 by its /64, without zone.</param>
    public static Account From(IPAddress address) => throw new NotImplementedException();
}
