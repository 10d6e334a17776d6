using System.Net;
using Microsoft.AspNetCore.Http;

namespace OrleansLimiter.Http;

/// <summary>One address of <see cref="LimiterHttpOptions.Urls"/>, understood.</summary>
/// <param name="Address">Where to listen; null: <c>localhost</c>, both its addresses.</param>
/// <param name="Port">0: a free one.</param>
internal readonly record struct ListenAddress(IPAddress? Address, int Port)
{
    public bool IsLoopback => Address is null || IPAddress.IsLoopback(Address);

    // Two sockets on one port of one address cannot be; a free port never clashes.
    public bool Overlaps(ListenAddress other) =>
        Port == other.Port && Port != 0
        && (Equals(Address, other.Address) || IsAny(Address) || IsAny(other.Address)
            || (Address is null && other.IsLoopback) || (other.Address is null && IsLoopback));

    /// <summary>Reads a list; what is wrong goes to <paramref name="errors"/>, prefixed with the option's name.</summary>
    public static List<ListenAddress> ReadAll(string option, string? urls, List<string> errors)
    {
        List<ListenAddress> addresses = [];
        foreach (string url in (urls ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Read(url, out ListenAddress address) is { } error)
            {
                errors.Add($"{option}: '{url}' {error}");
            }
            else
            {
                addresses.Add(address);
            }
        }

        if (addresses.Count == 0 && string.IsNullOrWhiteSpace(urls))
        {
            errors.Add($"{option}: there is no address; give at least one, like {LimiterHttpOptions.DefaultUrl}");
        }

        return addresses;
    }

    private static string? Read(string url, out ListenAddress address)
    {
        address = default;
        BindingAddress parsed;
        try
        {
            parsed = BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            return $"is not an address; write it like {LimiterHttpOptions.DefaultUrl}";
        }

        if (!parsed.Scheme.Equals("http", StringComparison.OrdinalIgnoreCase) || parsed.IsUnixPipe || parsed.IsNamedPipe)
        {
            return "is not plain http; encryption is the business of a proxy in front";
        }

        if (parsed.PathBase is not ("" or "/"))
        {
            return "has a path; an address ends with its port";
        }

        if (parsed.Port is < 0 or > IPEndPoint.MaxPort)
        {
            return $"has the port {parsed.Port}; it must be from 0 to {IPEndPoint.MaxPort}";
        }

        string host = parsed.Host.Trim('[', ']');
        bool named = host.Equals("localhost", StringComparison.OrdinalIgnoreCase);
        if (!named && host is not ("*" or "+") && !IPAddress.TryParse(host, out _))
        {
            return "names a host; write an IP address, localhost, or * for every address";
        }

        address = new(named ? null : host is "*" or "+" ? IPAddress.IPv6Any : IPAddress.Parse(host), parsed.Port);
        return null;
    }

    private static bool IsAny(IPAddress? address) => Equals(address, IPAddress.Any) || Equals(address, IPAddress.IPv6Any);
}
