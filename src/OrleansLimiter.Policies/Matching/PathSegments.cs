namespace OrleansLimiter.Policies;

/// <summary>Removes the parts of a decoded path that servers ignore, and resolves dot segments.</summary>
internal sealed class PathSegments(PathsDefinition paths)
{
    private readonly bool _cutsParameters = paths.CutsParameters;
    private readonly bool _cutsSuffix = paths.CutsSuffix;

    /// <summary>
    /// Rewrites a decoded path that begins with <c>/</c> in place. Returns its length; the root has length 0, and other paths do not end
    /// with a slash.
    /// </summary>
    public int Resolve(Span<char> text)
    {
        int length = 0;
        for (int at = 0, next; at < text.Length; at = next)
        {
            int end = text[(at + 1)..].IndexOf('/');
            next = end < 0 ? text.Length : at + 1 + end;

            // Empty segments are removed before dot segments are resolved, as by servers that merge slashes: /a//../b is /b.
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

    // Cuts from the first dot, so that normalizing again changes nothing. If nothing of a segment is left, the segment before it is
    // the last one.
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
