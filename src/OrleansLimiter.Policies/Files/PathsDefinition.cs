using System.Diagnostics;

namespace OrleansLimiter.Policies;

/// <summary>
/// How the servers behind a policy interpret paths. Two spellings of a path that a server treats as equal must share a bucket, so
/// each default is the value that is safe for most servers.
/// </summary>
public sealed record PathsDefinition
{
    /// <summary>How the parameters of a segment, such as <c>;v=1</c>, are handled. Default: they are cut.</summary>
    public PathParameters Parameters { get; init; }

    /// <summary>Whether paths are case-sensitive. Default: they are not.</summary>
    public PathCasing Case { get; init; }

    /// <summary>How <c>%2F</c> and <c>%5C</c> are handled. Default: they are refused.</summary>
    public EncodedSlash EncodedSlash { get; init; }

    /// <summary>Whether decoded text is decoded again. Default: it is.</summary>
    public DoubleEncoding DoubleEncoding { get; init; }

    /// <summary>How the suffix of the last segment, such as <c>.json</c>, is handled. Default: it is kept.</summary>
    public PathSuffix Suffix { get; init; }

    internal bool CutsParameters => IsFirst(Parameters, PathParameters.Cut, PathParameters.Keep);

    internal bool IgnoresCase => IsFirst(Case, PathCasing.Ignore, PathCasing.Keep);

    internal bool DecodesAgain => IsFirst(DoubleEncoding, DoubleEncoding.Decode, DoubleEncoding.Keep);

    internal bool CutsSuffix => IsFirst(Suffix, PathSuffix.Cut, PathSuffix.Keep);

    // Throws for a value that is neither of the two, so that an additional value of an enum needs code here.
    private static bool IsFirst<T>(T value, T first, T second)
        where T : struct, Enum =>
        value.Equals(first) || (value.Equals(second) ? false : throw new UnreachableException());
}

/// <summary>How the parameters of a segment are handled.</summary>
public enum PathParameters
{
    /// <summary>A segment is cut at its first <c>;</c>, escaped or not, before dot segments are resolved.</summary>
    Cut,
    /// <summary>A <c>;</c> has no special meaning.</summary>
    Keep,
}

/// <summary>Whether paths are case-sensitive.</summary>
public enum PathCasing
{
    /// <summary>Case is ignored in literals of routes, names of unlisted paths and resources.</summary>
    Ignore,
    /// <summary>Paths are compared exactly.</summary>
    Keep,
}

/// <summary>How <c>%2F</c> and <c>%5C</c> are handled.</summary>
public enum EncodedSlash
{
    /// <summary>A path with one of them is refused.</summary>
    Refuse,
    /// <summary>They are characters of their segment.</summary>
    Keep,
    /// <summary>They are separators, as <c>/</c> is.</summary>
    Separator,
}

/// <summary>Whether an escape that is the result of decoding is decoded too.</summary>
public enum DoubleEncoding
{
    /// <summary>It is decoded, until no escape is left: <c>%252e</c> is a dot.</summary>
    Decode,
    /// <summary>It is text: <c>%252e</c> is the four characters <c>%2e</c>.</summary>
    Keep,
}

/// <summary>How the suffix of the last segment is handled.</summary>
public enum PathSuffix
{
    /// <summary>It is kept: <c>john.doe</c> is not <c>john.smith</c>.</summary>
    Keep,
    /// <summary>The last segment, or a resource, is cut at its first dot.</summary>
    Cut,
}
