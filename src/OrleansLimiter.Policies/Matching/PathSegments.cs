namespace OrleansLimiter.Policies;

/// <summary>Leaves out of a decoded path what servers leave out, and resolves dot segments.</summary>
/// <param name="paths">The path options of the policy.</param>
internal sealed class PathSegments(PathsDefinition paths)
{
    private readonly bool _cutsParameters = paths.CutsParameters;
    private readonly bool _cutsSuffix = paths.CutsSuffix;

    /// <summary>Rewrites a path in place.</summary>
    /// <param name="text">A decoded path that begins with <c>/</c>.</param>
    /// <returns>Its length: <c>/a/b</c> without a slash at the end, and nothing for the root.</returns>
    public int Resolve(Span<char> text)
    {
        int length = 0;
        for (int at = 0, next; at < text.Length; at = next)
        {
            int end = text[(at + 1)..].IndexOf('/');
            next = end < 0 ? text.Length : at + 1 + end;

            // Empty segments vanish before dot segments are resolved, as in servers that merge slashes: /a//../b is /b.
            ReadOnlySpan<char> segment = Trim(text[(at + 1)..next]);
            if (segment is "..")
            {
                length = Math.Max(0, text[..length].LastIndexOf('/'));
            }
            else if (!segment.IsEmpty)
            {
                text[length] = '/';
                segment.CopyTo(text[(length + 1)..]);
                length += segment.Length + 1;
            }
        }

        return _cutsSuffix ? CutSuffix(text[..length]) : length;
    }

    // From the first dot: from the last one, a path could be cut again and again. A segment of which nothing is left
    // vanishes, and the one before it is the last.
    private int CutSuffix(Span<char> text)
    {
        while (text.LastIndexOf('/') is >= 0 and int slash && text[slash..].IndexOf('.') is >= 0 and int dot)
        {
            ReadOnlySpan<char> name = text[(slash + 1)..(slash + dot)].TrimEnd();
            text = text[..(name.IsEmpty ? slash : slash + 1 + name.Length)];
        }

        return text.Length;
    }

    private ReadOnlySpan<char> Trim(ReadOnlySpan<char> segment)
    {
        if (_cutsParameters && segment.IndexOf(';') is >= 0 and int parameters)
        {
            segment = segment[..parameters];
        }

        segment = segment.Trim();
        if (segment is "..")
        {
            return segment;
        }

        while (segment is [.., var last] && (last == '.' || char.IsWhiteSpace(last)))
        {
            segment = segment[..^1];
        }

        return segment;
    }
}
