using System.Buffers;

namespace OrleansLimiter.Policies;

/// <summary>The names of HTTP fields.</summary>
internal static class HeaderNames
{
    private const int MaxLength = 64;
    private const string Source = "header:";

    private static readonly SearchValues<char> Token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // Headers of one connection or of the message framing, which only the server may set.
    private static readonly HashSet<string> Framing = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Encoding", "Content-Length", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization",
        "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    /// <summary>The error; null if there is none.</summary>
    public static string? Validate(string name) =>
        name.Length is 0 or > MaxLength || name.AsSpan().ContainsAnyExcept(Token)
            ? $"{Quoted.Of(name)} is no header name; 1 to {MaxLength} letters, digits and '-' are expected"
            : null;

    /// <summary>What is wrong with a name as that of a header that a policy writes; null if nothing is.</summary>
    public static string? ValidateResponse(string name)
    {
        if (Framing.Contains(name))
        {
            return $"the header '{name}' is the server's own; leave it out";
        }

        return name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)
            ? "the header 'Content-Type' belongs to the body; write it as 'content-type' under 'denied'"
            : Validate(name);
    }

    /// <summary>The name in <c>header:Name</c>; null and an error where it is something else.</summary>
    public static string? FromSource(YamlScalar source, string what, string expected, PolicyErrorList errors)
    {
        if (!source.Value.StartsWith(Source, StringComparison.Ordinal))
        {
            errors.Add(source.At, $"{what} is {Quoted.Of(source.Value)}; {expected} is expected");
            return null;
        }

        string name = source.Value[Source.Length..];
        if (Validate(name) is { } error)
        {
            errors.Add(source.At, error);
            return null;
        }

        return name;
    }
}
