namespace OrleansLimiter.Policies;

/// <summary>The names of <see cref="BuiltInDimension"/> that other code uses, and values with a special meaning.</summary>
public static class BuiltIn
{
    /// <summary>The name of the endpoint; <see cref="Other"/> represents all requests that match no endpoint.</summary>
    public const string Endpoint = "endpoint";

    /// <summary><c>read</c> (GET, HEAD, OPTIONS) or <c>write</c> (everything else).</summary>
    public const string Operation = "operation";

    /// <summary>The HTTP method: one of <see cref="Methods"/>, of which <c>OTHER</c> represents the rest.</summary>
    public const string Method = "method";

    /// <summary>The kind of the account: <c>id</c> or <c>ip</c>.</summary>
    public const string Kind = "kind";

    /// <summary>The endpoint of all unlisted paths.</summary>
    public const string Other = "other";

    /// <summary>The values of <see cref="Method"/>.</summary>
    public static ImmutableArray<string> Methods { get; } =
        ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "OTHER"];
}

/// <summary>The values of <see cref="BuiltIn.Operation"/>.</summary>
internal static class Operations
{
    public static ImmutableArray<string> All { get; } = ["read", "write"];

    /// <summary>Whether a method in upper case only reads.</summary>
    public static bool IsRead(string method) => method is "GET" or "HEAD" or "OPTIONS";

    /// <summary>Returns the operation of a method in upper case.</summary>
    public static string Of(string method) => All[IsRead(method) ? 0 : 1];
}
