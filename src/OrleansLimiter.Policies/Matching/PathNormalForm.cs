namespace OrleansLimiter.Policies;

/// <summary>
/// The normal form of a path: printable ASCII, no empty or dot segments, no trailing slash, no white space or dots at the ends of a
/// segment, escapes only where they are necessary, in upper case. Normalizing it again changes nothing. ASCII letters keep their case,
/// because most paths would be copied otherwise; if the policy ignores case, so do comparisons.
/// </summary>
/// <param name="paths">The path options of the policy.</param>
/// <param name="subject">The normalized text in errors.</param>
internal sealed class PathNormalForm(PathsDefinition paths, string subject = "path")
{
    /// <summary>The maximum length of a path, before and after: 8,192 characters, more than servers accept by default.</summary>
    public const int MaxLength = 8_192;

    /// <summary>The maximum number of segments of a normal form: 256.</summary>
    public const int MaxSegments = 256;

    private const string Root = "/";

    private readonly PathDecoder _decoder = new(paths, subject);
    private readonly PathSegments _segments = new(paths);
    private readonly bool _cutsSuffix = paths.CutsSuffix;
    private readonly SearchValues<char> _plain =
        paths.CutsParameters ? PathCharacters.Plain : PathCharacters.PlainAndSemicolon;
    private readonly SearchValues<char> _plainAndDot =
        paths.CutsParameters ? PathCharacters.PlainAndDot : PathCharacters.PlainAndBoth;

    /// <summary>Normalizes a path. A path in normal form is not copied.</summary>
    /// <param name="pathAndQuery">A path that begins with <c>/</c>, or an absolute http(s) URI; query and fragment are ignored.</param>
    /// <param name="normal">The normal form.</param>
    /// <param name="error">The error, in one sentence that never quotes the path, which can be hostile.</param>
    /// <param name="added">The number of characters at the beginning that were added to the caller's text, for errors.</param>
    public bool TryNormalize(
        string pathAndQuery, out ReadOnlySpan<char> normal, [NotNullWhen(false)] out string? error, int added = 0)
    {
        ReadOnlySpan<char> path = pathAndQuery;
        normal = default;
        if (!path.StartsWith('/') && !AbsoluteForm.TryCut(ref path, out error))
        {
            return false;
        }

        int offset = pathAndQuery.Length - path.Length - added;
        if (!IsNormal(ref path))
        {
            return TryRewrite(path, offset, out normal, out error);
        }

        normal = path.IsEmpty ? Root : path;
        error = normal.Length > MaxLength ? TooLong : TooDeep(normal);
        return error is null;
    }

    // Conservative: "/.x" is in normal form too, but this test is faster, and rewriting the path does not change it.
    private bool IsNormal(ref ReadOnlySpan<char> path)
    {
        int odd = path.IndexOfAnyExcept(_plain);
        bool hasDot = odd >= 0 && path[odd] == '.';
        if (hasDot && path[odd..].IndexOfAnyExcept(_plainAndDot) is int more)
        {
            odd = more < 0 ? -1 : odd + more;
        }

        if (odd >= 0)
        {
            if (path[odd] is not ('?' or '#'))
            {
                return false;
            }

            path = path[..odd];
        }

        return path.Length <= 1
            || (path[^1] != '/' && !path.Contains("//", StringComparison.Ordinal) && (!hasDot || IsNormalWithDots(path)));
    }

    private bool IsNormalWithDots(ReadOnlySpan<char> path) =>
        path[^1] != '.' && !path.Contains("/.", StringComparison.Ordinal) && !path.Contains("./", StringComparison.Ordinal)
        && !(_cutsSuffix && path[path.LastIndexOf('/')..].Contains('.'));

    private bool TryRewrite(
        ReadOnlySpan<char> path, int offset, out ReadOnlySpan<char> normal, [NotNullWhen(false)] out string? error)
    {
        int end = path.IndexOfAny('?', '#');
        path = end < 0 ? path : path[..end];
        normal = default;
        if (path.Length > MaxLength)
        {
            error = TooLong;
            return false;
        }

        char[] buffer = ArrayPool<char>.Shared.Rent(2 * MaxLength);
        try
        {
            Span<char> text = buffer.AsSpan(0, MaxLength);
            Span<char> written = buffer.AsSpan(MaxLength, MaxLength);
            error = _decoder.Decode(path, offset, text, out int length);
            if (error is not null)
            {
                return false;
            }

            text = text[.._segments.Resolve(text[..length])];
            error = PathWriter.TryWrite(text, written, out length) ? TooDeep(written[..length]) : TooLong;
            if (error is not null)
            {
                return false;
            }

            written = written[..length];
            normal = written.IsEmpty ? Root : written.SequenceEqual(path) ? path : written.ToString();
            return true;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    private string TooLong => $"the {subject} is too long; give at most {MaxLength} characters, escapes counted";

    private string? TooDeep(ReadOnlySpan<char> normal) =>
        normal.Length > 2 * MaxSegments && normal.Count('/') > MaxSegments
            ? $"the {subject} has too many segments; give at most {MaxSegments}"
            : null;
}
