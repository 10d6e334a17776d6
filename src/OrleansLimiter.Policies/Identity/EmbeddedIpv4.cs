namespace OrleansLimiter.Policies;

/// <summary>
/// IPv6 addresses that represent one IPv4 address. Their /64 does not identify a caller: all callers behind one translator
/// share it, or one caller has 65,536 of them.
/// </summary>
internal static class EmbeddedIpv4
{
    private const int Length = 4;

    // 64:ff9b::/96, the well-known prefix of NAT64 (RFC 6052, section 2.1).
    private static ReadOnlySpan<byte> Nat64 => [0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0];

    // ::ffff:0:0:0/96, IPv4-translated addresses (RFC 2765, section 2.1).
    private static ReadOnlySpan<byte> Translated => [0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0];

    // 2002::/16, 6to4: the site's IPv4 address, followed by 65,536 networks of the site (RFC 3056, section 2).
    private static ReadOnlySpan<byte> SixToFour => [0x20, 0x02];

    // 2001::/32, Teredo: the /64 is that of the server. The caller's IPv4 address comes last, inverted (RFC 4380, section 4).
    private static ReadOnlySpan<byte> Teredo => [0x20, 0x01, 0, 0];

    /// <summary>Copies the IPv4 address in the 16 bytes of an IPv6 address, if it has one, to 4 bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> address, Span<byte> ipv4)
    {
        if (address.StartsWith(SixToFour))
        {
            address.Slice(SixToFour.Length, Length).CopyTo(ipv4);
            return true;
        }

        address[^Length..].CopyTo(ipv4);
        if (!address.StartsWith(Teredo))
        {
            return address.StartsWith(Nat64) || address.StartsWith(Translated);
        }

        foreach (ref byte part in ipv4)
        {
            part = (byte)~part;
        }

        return true;
    }
}
