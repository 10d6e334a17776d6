using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OrleansLimiter.Policies;

/// <summary>Accounts of callers who are known by their address alone.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>An IPv4 address counts whole, also where an IPv6 address stands for it: IPv4-mapped and IPv4-translated addresses,
/// NAT64's <c>64:ff9b::/96</c>, 6to4 and Teredo.</item>
/// <item>An address of <c>64:ff9b:1::/48</c> counts whole: it is one IPv4 host behind a translator of the operator's own, and
/// where in it the IPv4 address stands only the operator knows (RFC 8215).</item>
/// <item>Any other IPv6 address counts by its /64, without zone.</item>
/// </list>
/// </remarks>
public static class IpAccount
{
    private const string Suffix = "::/64";
    private const string NetworkLength = "/64";
    private const int PrefixGroups = 4;
    private const int GroupLength = 5;

    private static ReadOnlySpan<byte> LocalNat64 => [0x00, 0x64, 0xFF, 0x9B, 0x00, 0x01];

    /// <summary>Reads an address, also with a port or in brackets, as it stands in <c>X-Forwarded-For</c>.</summary>
    /// <param name="text">Four decimal numbers, or IPv6; never the short, octal or hexadecimal forms of IPv4.</param>
    /// <param name="account">The account of a caller with this address.</param>
    public static bool TryParse(string text, out Account account)
    {
        bool isAddress = IpText.TryParseHop(text, out IPAddress? address);
        account = isAddress ? From(address!) : default;
        return isAddress;
    }

    /// <summary>
    /// Reads the name of an account: an address, which names the account of a caller with it, or an IPv6 network and <c>/64</c>.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="account">The account. Of a network it is that of this name, even where callers from it do not count by it.</param>
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

    /// <summary>
    /// Whether callers can count as an account of kind <see cref="AccountKind.Ip"/>; older versions may have kept others.
    /// </summary>
    public static bool Occurs(Account account)
    {
        ReadOnlySpan<char> name = account.Name;
        return IpText.TryParse(name.EndsWith(NetworkLength) ? name[..^NetworkLength.Length] : name, out IPAddress? address)
            && From(address) == account;
    }

    /// <summary>The account of a caller with an address.</summary>
    /// <param name="address">The address.</param>
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

    // RFC 5952. The zeros of the lower half are the longest run, or as long and alone, whatever stands before them:
    // so the prefix is its groups without the last zeros, and the run behind them.
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
