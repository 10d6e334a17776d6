using System.Net;

namespace OrleansLimiter.Http;

/// <summary>One parsed address of <see cref="LimiterHttpOptions.Urls"/>.</summary>
/// <param name="Address">The IP address; null for both addresses of <c>localhost</c>.</param>
/// <param name="Port">The port; 0 for a free port.</param>
/// <param name="IsEncrypted">Whether connections are encrypted by TLS.</param>
internal readonly record struct ListenAddress(IPAddress? Address, int Port, bool IsEncrypted = false)
{
    public bool IsLoopback => Address is null || IPAddress.IsLoopback(Address);

    /// <summary>Whether two sockets with these addresses cannot both be opened.</summary>
    public bool Overlaps(ListenAddress other) =>
        Port == other.Port && Port != 0
        && (Equals(Address, other.Address) || IsAny(Address) || IsAny(other.Address)
            || (Address is null && other.IsLoopback) || (other.Address is null && IsLoopback));

    /// <summary>Parses a list for gRPC, which can be empty, and whose addresses can be those of https.</summary>
    public static List<ListenAddress> ReadGrpc(string? urls, List<string> errors) =>
        string.IsNullOrWhiteSpace(urls) ? [] : ReadAll("grpc-urls", urls, errors, mayEncrypt: true);

    /// <summary>Parses a list, and adds the errors, with the name of the option.</summary>
    public static List<ListenAddress> ReadAll(string option, string? urls, List<string> errors, bool mayEncrypt = false)
    {
        List<ListenAddress> addresses = [];
        foreach (string url in (urls ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Read(url, mayEncrypt, out ListenAddress address) is { } error)
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

    private static string? Read(string url, bool mayEncrypt, out ListenAddress address)
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

        bool isEncrypted = mayEncrypt && parsed.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase);
        if (!(isEncrypted || parsed.Scheme.Equals("http", StringComparison.OrdinalIgnoreCase)) || parsed.IsUnixPipe || parsed.IsNamedPipe)
        {
            return mayEncrypt ? "is not http or https" : "is not http; for encryption, use a proxy in front of the limiter";
        }

        if (parsed.PathBase is not ("" or "/"))
        {
            return "has a path; an address ends with the port";
        }

        if (parsed.Port is < 0 or > IPEndPoint.MaxPort)
        {
            return $"has the port {parsed.Port}; it must be from 0 to {IPEndPoint.MaxPort}";
        }

        string host = parsed.Host.Trim('[', ']');
        bool isLocalhost = host.Equals("localhost", StringComparison.OrdinalIgnoreCase);
        if (!isLocalhost && host is not ("*" or "+") && !IPAddress.TryParse(host, out _))
        {
            return "has a host name; write an IP address, localhost, or * for every address";
        }

        address = new(isLocalhost ? null : host is "*" or "+" ? IPAddress.IPv6Any : IPAddress.Parse(host), parsed.Port, isEncrypted);
        return null;
    }

    private static bool IsAny(IPAddress? address) => Equals(address, IPAddress.Any) || Equals(address, IPAddress.IPv6Any);
}
