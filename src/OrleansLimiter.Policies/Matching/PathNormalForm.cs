namespace OrleansLimiter.Policies;

/// <summary>
/// The one spelling of a path: printable ASCII, no empty or dot segments, no trailing slash, no white space or dots around a
/// segment, escapes only where they are needed and then in upper case. It is a normal form: applying it twice is applying it
/// once. The letters of ASCII alone keep their case, because nearly every path would be copied otherwise; where the policy
/// ignores case, they are compared without.
/// </summary>
/// <param name="paths">The path options of the policy.</param>
/// <param name="subject">What is brought into the form, for errors.</param>
internal sealed class PathNormalForm(PathsDefinition paths, string subject = "path")
{
    /// <summary>Characters of a path, before and after; beyond any URL that servers accept by default.</summary>
    public const int MaxLength = 8_192;

    /// <summary>Segments of a path in normal form.</summary>
    public const int MaxSegments = 256;

    private const string Root = "/";

    private readonly PathDecoder _decoder = new(paths, subject);
    private readonly PathSegments _segments = new(paths);
    private readonly bool _cutsSuffix = paths.CutsSuffix;
    private readonly SearchValues<char> _plain =
        paths.CutsParameters ? PathCharacters.Plain : PathCharacters.PlainAndSemicolon;
    private readonly SearchValues<char> _plainAndDot =
        paths.CutsParameters ? PathCharacters.PlainAndDot : PathCharacters.PlainAndBoth;

    /// <summary>Finds the normal form; a path that has it already is not copied.</summary>
    /// <param name="pathAndQuery">A path beginning with <c>/</c>, or an absolute http(s) URI; query and fragment are cut off unread.</param>
    /// <param name="normal">The normal form.</param>
    /// <param name="error">What is wrong, in one sentence that never quotes the path: it may be hostile.</param>
    /// <param name="added">How many characters at the beginning are not the caller's, for errors.</param>
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

    // Conservative: "/.x" is normal as well, but asking for less is quicker, and rewriting it changes nothing.
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
            || (path[^1] != '/' && !path.Contains("//", StringComparison.Ordinal) && (!hasDot || IsDottedNormal(path)));
    }

    private bool IsDottedNormal(ReadOnlySpan<char> path) =>
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
