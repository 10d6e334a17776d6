using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OrleansLimiter.Policies.Identity;

/// <summary>Accounts of callers who are known by their address alone.</summary>
public static class IpAccount
{
    private const string Suffix = "::/64";
    private const int PrefixGroups = 4;
    private const int GroupLength = 5;

    /// <summary>Reads an address, also with a port or in brackets, as it stands in <c>X-Forwarded-For</c>.</summary>
    /// <param name="text">Four decimal numbers, or IPv6; never the short, octal or hexadecimal forms of IPv4.</param>
    /// <param name="account">IPv4 whole (an IPv4-mapped IPv6 address is one); IPv6 by its /64, without zone.</param>
    public static bool TryParse(string text, out Account account)
    {
        bool isAddress = IpText.TryParseHop(text, out IPAddress? address);
        account = isAddress ? From(address!) : default;
        return isAddress;
    }

    /// <summary>The account of an address.</summary>
    /// <param name="address">IPv4 whole (an IPv4-mapped IPv6 address is one); IPv6 by its /64, without zone.</param>
    public static Account From(IPAddress address)
    {
        address = IpText.Unmapped(address);
        return new(AccountKind.Ip, address.AddressFamily == AddressFamily.InterNetwork ? address.ToString() : Prefix(address));
    }

    // RFC 5952. The zeros of the lower half are the longest run, or as long and alone, whatever stands before them:
    // so the prefix is its groups without the last zeros, and the run behind them.
    private static string Prefix(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
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
