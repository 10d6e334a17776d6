using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace OrleansLimiter.Policies.Matching;

/// <summary>
/// The one spelling of a path: printable ASCII, no empty, <c>.</c> or <c>..</c> segments, no trailing slash, escapes only
/// where they are needed and then in upper case. It is a normal form: applying it twice is applying it once.
/// </summary>
internal static class PathNormalForm
{
    /// <summary>Characters of a path, before and after; beyond any URL that servers accept by default.</summary>
    public const int MaxLength = 8_192;

    /// <summary>Segments of a path in normal form.</summary>
    public const int MaxSegments = 256;

    private const string Root = "/";

    /// <summary>Finds the normal form; a path that has it already is not copied.</summary>
    /// <param name="pathAndQuery">A path beginning with <c>/</c>, or an absolute http(s) URI; query and fragment are cut off unread.</param>
    /// <param name="normal">The normal form.</param>
    /// <param name="fault">What is wrong, in one sentence that never quotes the path: it may be hostile.</param>
    public static bool TryNormalize(
        string pathAndQuery, out ReadOnlySpan<char> normal, [NotNullWhen(false)] out string? fault)
    {
        ReadOnlySpan<char> path = pathAndQuery;
        normal = default;
        if (!path.StartsWith('/') && !AbsoluteForm.TryCut(ref path, out fault))
        {
            return false;
        }

        int offset = pathAndQuery.Length - path.Length;
        int odd = path.IndexOfAnyExcept(PathCharacters.Plain);
        if (odd >= 0 && path[odd] is '?' or '#')
        {
            path = path[..odd];
            odd = -1;
        }

        if (odd < 0 && IsResolved(path))
        {
            normal = path.IsEmpty ? Root : path;
            fault = normal.Length > MaxLength ? TooLong : TooDeep(normal);
            return fault is null;
        }

        return TryRewrite(path, offset, out normal, out fault);
    }

    // Conservative: "/.x" is resolved as well, but asking for less is quicker, and rewriting it changes nothing.
    private static bool IsResolved(ReadOnlySpan<char> path) =>
        path.Length <= 1 || (path[^1] != '/' && !path.Contains("//", StringComparison.Ordinal)
            && !path.Contains("/.", StringComparison.Ordinal));

    private static bool TryRewrite(
        ReadOnlySpan<char> path, int offset, out ReadOnlySpan<char> normal, [NotNullWhen(false)] out string? fault)
    {
        int end = path.IndexOfAny('?', '#');
        path = end < 0 ? path : path[..end];
        normal = default;
        if (path.Length > MaxLength)
        {
            fault = TooLong;
            return false;
        }

        char[] buffer = ArrayPool<char>.Shared.Rent(MaxLength);
        try
        {
            var writer = new PathWriter(buffer.AsSpan(0, MaxLength));
            fault = Rewrite(path, offset, ref writer) ?? TooDeep(writer.Written);
            if (fault is not null)
            {
                return false;
            }

            normal = writer.Written.SequenceEqual(path) ? path : writer.Written.ToString();
            return true;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    private static string? Rewrite(ReadOnlySpan<char> path, int offset, ref PathWriter writer)
    {
        for (int at = 0, used = 1; at < path.Length; at += used)
        {
            used = 1;
            if (path[at] == '/')
            {
                writer.BeginSegment();
            }
            else if (!PathCharacters.TryRead(path[at..], out Rune rune, out used, out string? problem))
            {
                return string.Create(CultureInfo.InvariantCulture, $"the path has {problem} at character {offset + at + 1}");
            }
            else if (Rune.IsControl(rune))
            {
                return string.Create(CultureInfo.InvariantCulture,
                    $"the path has the control character U+{rune.Value:X4} at character {offset + at + 1}; a path has none, escaped or not");
            }
            else
            {
                writer.Append(rune);
            }

            if (writer.IsFull)
            {
                return TooLong;
            }
        }

        writer.End();
        return null;
    }

    private static string TooLong => $"the path is too long; give at most {MaxLength} characters, escapes counted";

    private static string? TooDeep(ReadOnlySpan<char> normal) =>
        normal.Length > 2 * MaxSegments && normal.Count('/') > MaxSegments
            ? $"the path has too many segments; give at most {MaxSegments}"
            : null;
}
