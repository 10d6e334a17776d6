using System.Diagnostics;

namespace OrleansLimiter.Policies;

/// <summary>
/// How the servers behind a policy interpret paths. Two spellings of a path that a server treats as equal must share a bucket, so
/// each default is the value that is safe for most servers.
/// </summary>
public sealed record PathsDefinition
{
    /// <summary>What becomes of the parameters of a segment, <c>;v=1</c>. Default: they are cut.</summary>
    public PathParameters Parameters { get; init; }

    /// <summary>Whether upper and lower case are the same. Default: they are.</summary>
    public PathCasing Case { get; init; }

    /// <summary>What <c>%2F</c> and <c>%5C</c> mean. Default: they are refused.</summary>
    public EncodedSlash EncodedSlash { get; init; }

    /// <summary>Whether what was decoded is decoded again. Default: it is.</summary>
    public DoubleEncoding DoubleEncoding { get; init; }

    /// <summary>What becomes of the suffix of the last segment, <c>.json</c>. Default: it stays.</summary>
    public PathSuffix Suffix { get; init; }

    /// <summary>Whether the parameters of a segment are cut.</summary>
    internal bool CutsParameters => Parameters switch
    {
        PathParameters.Cut => true,
        PathParameters.Keep => false,
        _ => throw new UnreachableException(),
    };

    /// <summary>Whether upper and lower case are the same.</summary>
    internal bool IgnoresCase => Case switch
    {
        PathCasing.Ignore => true,
        PathCasing.Keep => false,
        _ => throw new UnreachableException(),
    };

    /// <summary>Whether what was decoded is decoded again.</summary>
    internal bool DecodesAgain => DoubleEncoding switch
    {
        DoubleEncoding.Decode => true,
        DoubleEncoding.Keep => false,
        _ => throw new UnreachableException(),
    };

    /// <summary>Whether the suffix of the last segment is cut.</summary>
    internal bool CutsSuffix => Suffix switch
    {
        PathSuffix.Cut => true,
        PathSuffix.Keep => false,
        _ => throw new UnreachableException(),
    };
}

/// <summary>What becomes of the parameters of a segment.</summary>
public enum PathParameters
{
    /// <summary>A segment ends before its first <c>;</c>, escaped or not, and before dot segments are resolved.</summary>
    Cut,

    /// <summary>A <c>;</c> is a character like any other.</summary>
    Keep,
}

/// <summary>Whether case distinguishes paths.</summary>
public enum PathCasing
{
    /// <summary>Literals of routes, names of unlisted paths and resources are the same in upper and lower case.</summary>
    Ignore,

    /// <summary>They are compared exactly.</summary>
    Keep,
}

/// <summary>What <c>%2F</c> and <c>%5C</c> mean.</summary>
public enum EncodedSlash
{
    /// <summary>A path that has one is refused.</summary>
    Refuse,

    /// <summary>A character of its segment.</summary>
    Keep,

    /// <summary>The same as <c>/</c>.</summary>
    Separator,
}

/// <summary>Whether an escape that appears when escapes are decoded is decoded too.</summary>
public enum DoubleEncoding
{
    /// <summary>It is, until none is left: <c>%252e</c> is a dot.</summary>
    Decode,

    /// <summary>It is text: <c>%252e</c> is the four characters <c>%2e</c>.</summary>
    Keep,
}

/// <summary>What becomes of the suffix of the last segment.</summary>
public enum PathSuffix
{
    /// <summary>It stays: <c>john.doe</c> is not <c>john.smith</c>.</summary>
    Keep,

    /// <summary>The last segment, and a resource, ends before its first dot.</summary>
    Cut,
}
