using System.Net;

namespace OrleansLimiter.Policies.Identity;

/// <summary>The proxies whose <c>X-Forwarded-For</c> is believed.</summary>
public sealed class TrustedProxies
{
    /// <summary>Hops that are followed at most; a longer chain ends at the last address reached.</summary>
    public const int MaxHops = 32;

    private TrustedProxies()
    {
    }

    /// <summary>Nobody: the caller is whoever holds the connection.</summary>
    public static TrustedProxies None { get; } = new();

    /// <summary>Reads a list of addresses and networks (<c>10.0.0.0/8</c>, <c>2001:db8::/32</c>).</summary>
    /// <param name="entries">The list; empty: nobody is trusted.</param>
    /// <param name="proxies">The proxies; <see cref="None"/> where there are faults.</param>
    /// <param name="faults">Everything that is wrong, a sentence each.</param>
    public static bool TryParse(IReadOnlyList<string> entries, out TrustedProxies proxies, out IReadOnlyList<string> faults) =>
        throw new NotImplementedException();

    /// <summary>Finds the caller: from the connection leftwards through the header, only as far as proxies are trusted.</summary>
    /// <param name="connection">The address that the connection comes from.</param>
    /// <param name="forwardedFor">The values of <c>X-Forwarded-For</c>, in order; each may be a list.</param>
    /// <returns>The first address that is no trusted proxy, IPv4-mapped ones as IPv4; where the header ends or is malformed, the last good one.</returns>
    public IPAddress Resolve(IPAddress connection, ReadOnlySpan<string?> forwardedFor) => throw new NotImplementedException();
}
