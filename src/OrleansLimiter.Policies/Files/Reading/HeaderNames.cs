namespace OrleansLimiter.Policies;

/// <summary>The rules for names of HTTP fields.</summary>
internal static class HeaderNames
{
    private const int MaxLength = 64;
    private const string Source = "header:";

    private static readonly SearchValues<char> Token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // Headers of the connection or of message framing. Only the server sets them.
    private static readonly HashSet<string> Framing = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Encoding", "Content-Length", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization",
        "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    /// <summary>Returns the error of a name; null if it is valid.</summary>
    public static string? Validate(string name) => name.Length is 0 or > MaxLength || name.AsSpan().ContainsAnyExcept(Token)
        ? $"{Quoted.Of(name)} is not a header name; 1 to {MaxLength} letters, digits and '-' are expected"
        : null;

    /// <summary>Returns the error of the name of a response header; null if it is valid.</summary>
    public static string? ValidateResponse(string name) =>
        Framing.Contains(name) ? $"the header '{name}' is set by the server; leave it out"
        : name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)
            ? "the header 'Content-Type' belongs to the body; write it as 'content-type' under 'denied'"
        : Validate(name);

    /// <summary>Reads the name in <c>header:Name</c>. Returns null if it is invalid.</summary>
    public static string? FromSource(YamlScalar source, string what, string expected, PolicyErrorList errors)
    {
        bool isHeader = source.Value.StartsWith(Source, StringComparison.Ordinal);
        string name = isHeader ? source.Value[Source.Length..] : "";
        string? error = isHeader ? Validate(name) : $"{what} is {Quoted.Of(source.Value)}; {expected} is expected";
        if (error is null)
        {
            return name;
        }

        errors.Add(source.At, error);
        return null;
    }
}
