using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>The names of <see cref="BuiltInDimension"/> that other code uses, and values with a special meaning.</summary>
public static class BuiltIn
{
    /// <summary>The endpoint's name; <see cref="Other"/> represents all requests that match no endpoint.</summary>
    public const string Endpoint = "endpoint";

    /// <summary><c>read</c> (GET, HEAD, OPTIONS) or <c>write</c> (everything else).</summary>
    public const string Operation = "operation";

    /// <summary>The HTTP method: one of <see cref="Methods"/>, where <c>OTHER</c> stands for the rest.</summary>
    public const string Method = "method";

    /// <summary>The account's kind: <c>id</c> or <c>ip</c>.</summary>
    public const string Kind = "kind";

    /// <summary>The endpoint that stands for every unlisted path.</summary>
    public const string Other = "other";

    /// <summary>The values of <see cref="Method"/>.</summary>
    public static ImmutableArray<string> Methods { get; } =
        ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "OTHER"];
}

/// <summary>The values of <see cref="BuiltIn.Operation"/>.</summary>
internal static class Operations
{
    private const string Read = "read";
    private const string Write = "write";

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> All { get; } = [Read, Write];

    /// <summary>Whether a method only reads.</summary>
    public static bool IsRead(string method) => method is "GET" or "HEAD" or "OPTIONS";

    /// <summary>The operation of a method in upper case.</summary>
    public static string Of(string method) => IsRead(method) ? Read : Write;
}
