using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace OrleansLimiter.Policies;

/// <summary>The accounts of callers that are identified only by their address.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>An IPv4 address is one account, also if an IPv6 address represents it: IPv4-mapped and IPv4-translated addresses,
/// NAT64's <c>64:ff9b::/96</c>, 6to4 and Teredo.</item>
/// <item>An address of <c>64:ff9b:1::/48</c> is one account: it is one IPv4 host behind a translator of the operator, and the
/// position of the IPv4 address in it is not standardized (RFC 8215).</item>
/// <item>For any other IPv6 address, its /64 is the account, without zone.</item>
/// </list>
/// </remarks>
public static class IpAccount
{
    private const string Suffix = "::/64";
    private const string NetworkLength = "/64";
    private const int PrefixGroups = 4;
    private const int GroupLength = 5;

    private static ReadOnlySpan<byte> LocalNat64 => [0x00, 0x64, 0xFF, 0x9B, 0x00, 0x01];

    /// <summary>
    /// Reads an address in the forms of <c>X-Forwarded-For</c>, also with a port or in brackets. The short, octal and hexadecimal
    /// forms of IPv4 are not valid.
    /// </summary>
    public static bool TryParse(string text, out Account account)
    {
        bool isAddress = IpText.TryParseHop(text, out IPAddress? address);
        account = isAddress ? From(address!) : default;
        return isAddress;
    }

    /// <summary>
    /// Reads the name of an account: an address, or an IPv6 network with <c>/64</c>. The account of a network has that name even if
    /// its callers belong to other accounts.
    /// </summary>
    public static bool TryParseName(string name, out Account account)
    {
        if (!name.EndsWith(NetworkLength, StringComparison.Ordinal))
        {
            return TryParse(name, out account);
        }

        bool isNetwork = IpText.TryParse(name.AsSpan(0, name.Length - NetworkLength.Length), out IPAddress? address)
            && address.AddressFamily == AddressFamily.InterNetworkV6;
        account = isNetwork ? new(AccountKind.Ip, Network(address!)) : default;
        return isNetwork;
    }

    /// <summary>Whether a caller can have an account of kind <see cref="AccountKind.Ip"/>. Older versions stored other accounts.</summary>
    public static bool Occurs(Account account)
    {
        ReadOnlySpan<char> name = account.Name;
        return IpText.TryParse(name.EndsWith(NetworkLength) ? name[..^NetworkLength.Length] : name, out IPAddress? address)
            && From(address) == account;
    }

    /// <summary>Returns the account of a caller with an address.</summary>
    public static Account From(IPAddress address)
    {
        address = IpText.Unmapped(address);
        return new(AccountKind.Ip, address.AddressFamily == AddressFamily.InterNetwork ? address.ToString() : Ipv6Name(address));
    }

    private static string Ipv6Name(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        Span<byte> ipv4 = stackalloc byte[4];
        return EmbeddedIpv4.TryRead(bytes, ipv4) ? new IPAddress(ipv4).ToString()
            : bytes.StartsWith(LocalNat64) ? new IPAddress(bytes).ToString()
            : Network(bytes);
    }

    private static string Network(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return Network(bytes);
    }

    // RFC 5952. The lower half is always the longest run of zeros, so the text is the prefix without its last zero groups,
    // followed by "::".
    private static string Network(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> prefix = bytes[..8].TrimEnd((byte)0);
        int groups = (prefix.Length + 1) / 2;

        Span<char> text = stackalloc char[(PrefixGroups * GroupLength) + Suffix.Length];
        int length = 0;
        for (int group = 0; group < groups; group++)
        {
            if (group > 0)
            {
                text[length++] = ':';
            }

            ushort value = BinaryPrimitives.ReadUInt16BigEndian(bytes[(group * 2)..]);
            value.TryFormat(text[length..], out int written, "x", CultureInfo.InvariantCulture);
            length += written;
        }

        Suffix.CopyTo(text[length..]);
        return text[..(length + Suffix.Length)].ToString();
    }
}
