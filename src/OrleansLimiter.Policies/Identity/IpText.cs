using System.Net;

namespace OrleansLimiter.Policies;

/// <summary>
/// Reads addresses in the forms of <c>X-Forwarded-For</c>. Stricter than <see cref="IPAddress.TryParse(string, out IPAddress)"/>,
/// which reads <c>1</c> as 0.0.0.1 and <c>010.0.0.1</c> as 8.0.0.1. Proxies read these forms differently.
/// </summary>
internal static class IpText
{
    private const int Ipv4Parts = 4;
    private const int MaxIpv6Length = 45;

    private static readonly SearchValues<char> Ipv6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");
    private static readonly SearchValues<char> ZoneCharacters =
        SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~%");

    /// <summary>Reads an address, also <c>1.2.3.4:5678</c>, <c>[2001:db8::1]</c> and <c>[2001:db8::1]:443</c>.</summary>
    public static bool TryParseHop(ReadOnlySpan<char> text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        if (text.StartsWith('['))
        {
            int end = text.IndexOf(']');
            return end > 0 && IsNoneOrPort(text[(end + 1)..]) && TryParseIpv6(text[1..end], out address);
        }

        int colon = text.IndexOf(':');
        bool hasPort = colon > 0 && text[..colon].Contains('.');
        return hasPort
            ? IsNoneOrPort(text[colon..]) && TryParseIpv4(text[..colon], out address)
            : TryParse(text, out address);
    }

    /// <summary>Reads an address without a port. An IPv4-mapped IPv6 address becomes the IPv4 address; zones are dropped.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out IPAddress? address) =>
        text.Contains(':') ? TryParseIpv6(text, out address) : TryParseIpv4(text, out address);

    /// <summary>Returns the IPv4 address of an IPv4-mapped IPv6 address, or the address itself.</summary>
    public static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static bool TryParseIpv4(ReadOnlySpan<char> text, [NotNullWhen(true)] out IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[Ipv4Parts];
        int count = 0;
        foreach (Range range in text.Split('.'))
        {
            ReadOnlySpan<char> part = text[range];
            if (count == Ipv4Parts || part.Length is 0 or > 3 || (part[0] == '0' && part.Length > 1)
                || !byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out bytes[count++]))
            {
                address = null;
                return false;
            }
        }

        address = count == Ipv4Parts ? new IPAddress(bytes) : null;
        return address is not null;
    }

    private static bool TryParseIpv6(ReadOnlySpan<char> text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        int zone = text.IndexOf('%');
        if (zone >= 0)
        {
            if (zone + 1 == text.Length || text[zone..].ContainsAnyExcept(ZoneCharacters))
            {
                return false;
            }

            text = text[..zone];
        }

        if (text.Length > MaxIpv6Length || !text.Contains(':') || text.ContainsAnyExcept(Ipv6Characters)
            || (text.Contains('.') && !TryParseIpv4(text[(text.LastIndexOf(':') + 1)..], out _))
            || !IPAddress.TryParse(text, out address))
        {
            address = null;
            return false;
        }

        address = Unmapped(address);
        return true;
    }

    private static bool IsNoneOrPort(ReadOnlySpan<char> text) =>
        text.IsEmpty || (text[0] == ':' && text.Length <= 6
            && ushort.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out _));
}
