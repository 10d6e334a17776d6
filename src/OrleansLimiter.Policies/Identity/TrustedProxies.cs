using System.Net;
using System.Net.Sockets;

namespace OrleansLimiter.Policies;

/// <summary>The proxies whose <c>X-Forwarded-For</c> header is trusted.</summary>
public sealed class TrustedProxies
{
    /// <summary>The maximum number of hops: 32. A longer chain ends at the last address reached.</summary>
    public const int MaxHops = 32;

    private readonly IPNetwork[] _networks;

    private TrustedProxies(IPNetwork[] networks) => _networks = networks;

    /// <summary>No proxy is trusted: the caller is the remote address of the connection.</summary>
    public static TrustedProxies None { get; } = new([]);

    /// <summary>Reads a list of addresses and networks (<c>10.0.0.0/8</c>, <c>2001:db8::/32</c>).</summary>
    /// <param name="entries">The list; empty for no trusted proxies.</param>
    /// <param name="proxies">The proxies; <see cref="None"/> if there are errors.</param>
    /// <param name="errors">All errors, one sentence each.</param>
    public static bool TryParse(IReadOnlyList<string> entries, out TrustedProxies proxies, out IReadOnlyList<string> errors)
    {
        var networks = new List<IPNetwork>(entries.Count);
        var found = new List<string>();
        foreach (string entry in entries)
        {
            if (Read(entry, out IPNetwork network) is { } error)
            {
                found.Add($"'{entry}' {error}");
            }
            else
            {
                networks.Add(network);
            }
        }

        errors = found;
        proxies = found.Count > 0 || networks.Count == 0 ? None : new([.. networks]);
        return found.Count == 0;
    }

    /// <summary>
    /// Returns the address of the caller: the first address that is not a trusted proxy, from the connection leftwards through the
    /// header. If the header ends or is malformed, it is the last valid address. An IPv4-mapped address becomes IPv4.
    /// </summary>
    /// <param name="connection">The remote address of the connection.</param>
    /// <param name="forwardedFor">The values of <c>X-Forwarded-For</c>, in order; each can be a list.</param>
    public IPAddress Resolve(IPAddress connection, ReadOnlySpan<string?> forwardedFor)
    {
        IPAddress caller = IpText.Unmapped(connection);
        int hops = 0;
        for (int i = forwardedFor.Length - 1; i >= 0; i--)
        {
            ReadOnlySpan<char> rest = forwardedFor[i];
            while (!rest.IsEmpty)
            {
                int comma = rest.LastIndexOf(',');
                ReadOnlySpan<char> hop = rest[(comma + 1)..].Trim(" \t");
                rest = comma < 0 ? [] : rest[..comma];

                // Empty elements of a list are ignored (RFC 9110, section 5.6.1).
                IPAddress? address = caller;
                if (hops++ == MaxHops || !Trusts(caller) || (!hop.IsEmpty && !IpText.TryParseHop(hop, out address)))
                {
                    return caller;
                }

                caller = address;
            }
        }

        return caller;
    }

    private bool Trusts(IPAddress address)
    {
        foreach (IPNetwork network in _networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    private static string? Read(string entry, out IPNetwork network)
    {
        network = default;
        int slash = entry.IndexOf('/');
        if (!IpText.TryParse(slash < 0 ? entry : entry.AsSpan(0, slash), out IPAddress? address))
        {
            return "is neither an address nor a network; write one such as 10.0.0.5, 10.0.0.0/8 or 2001:db8::/32";
        }

        int bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        int length = bits;
        if (slash >= 0
            && (!int.TryParse(entry.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > bits))
        {
            return $"has no valid prefix length; write 0 to {bits} after the slash";
        }

        IPAddress start = Start(address, length);
        network = new IPNetwork(start, length);
        return start.Equals(address)
            ? null
            : $"has bits set beyond its prefix; write {start}/{length}, or /{bits} for the one address";
    }

    private static IPAddress Start(IPAddress address, int length)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int i = 0; i < bytes.Length; i++)
        {
            int kept = Math.Clamp(length - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xFF << (8 - kept));
        }

        return new IPAddress(bytes);
    }
}
