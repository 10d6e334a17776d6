namespace OrleansLimiter.Policies;

/// <summary>
/// IPv6 addresses that stand for one IPv4 address. Their /64 says nothing about who calls: all callers behind one translator
/// share it, or one caller has 65,536 of them.
/// </summary>
internal static class EmbeddedIpv4
{
    private const int Length = 4;

    /// <summary>Finds the IPv4 address in an IPv6 address.</summary>
    /// <param name="address">The 16 bytes of the IPv6 address.</param>
    /// <param name="ipv4">Takes the 4 bytes of the IPv4 address.</param>
    /// <returns>Whether the address is of a kind that has one.</returns>
    public static bool TryRead(ReadOnlySpan<byte> address, Span<byte> ipv4)
    {
        if (address.StartsWith(Nat64) || address.StartsWith(Translated))
        {
            address[^Length..].CopyTo(ipv4);
            return true;
        }

        if (address.StartsWith(SixToFour))
        {
            address.Slice(SixToFour.Length, Length).CopyTo(ipv4);
            return true;
        }

        if (address.StartsWith(Teredo))
        {
            for (int i = 0; i < Length; i++)
            {
                ipv4[i] = (byte)~address[^(Length - i)];
            }

            return true;
        }

        return false;
    }

    // 64:ff9b::/96, the well-known prefix of NAT64 (RFC 6052, section 2.1).
    private static ReadOnlySpan<byte> Nat64 => [0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0];

    // ::ffff:0:0:0/96, IPv4-translated addresses (RFC 2765, section 2.1).
    private static ReadOnlySpan<byte> Translated => [0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0];

    // 2002::/16, 6to4: the site's IPv4 address, and then 65,536 networks of its own (RFC 3056, section 2).
    private static ReadOnlySpan<byte> SixToFour => [0x20, 0x02];

    // 2001::/32, Teredo: the /64 is the server's; the caller's IPv4 address comes last, inverted (RFC 4380, section 4).
    private static ReadOnlySpan<byte> Teredo => [0x20, 0x01, 0, 0];
}
