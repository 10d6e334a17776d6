using System.Diagnostics;
using System.Text;

namespace OrleansLimiter.Policies;

/// <summary>Decodes the escapes of a path, and refuses what no path may hold.</summary>
/// <param name="paths">The path options of the policy.</param>
/// <param name="subject">What is decoded, for errors: <c>path</c>.</param>
internal sealed class PathDecoder(PathsDefinition paths, string subject)
{
    /// <summary>Stands for a slash that belongs to its segment. It is a control character, so no path brings it along.</summary>
    public const char KeptSlash = '\u0001';

    /// <summary>No server decodes as often; the bound keeps the work in proportion to the path.</summary>
    public const int MaxRounds = 8;

    private readonly bool _again = paths.DecodesAgain;
    private readonly bool _fold = paths.IgnoresCase;
    private readonly EncodedSlash _slash = paths.EncodedSlash;

    /// <summary>Decodes a path; null if nothing is wrong with it.</summary>
    /// <param name="path">A path, without its query.</param>
    /// <param name="offset">How many characters stand before it, for errors.</param>
    /// <param name="text">The characters of the path, at most as many as before; a <c>/</c> separates segments.</param>
    /// <param name="length">How many they are.</param>
    public string? Decode(ReadOnlySpan<char> path, int offset, Span<char> text, out int length)
    {
        length = 0;
        for (int at = 0; at < path.Length;)
        {
            int plain = PathCharacters.PlainLength(path[at..]);
            path.Slice(at, plain).CopyTo(text[length..]);
            length += plain;
            at += plain;
            if (at == path.Length)
            {
                break;
            }

            if (Read(path[at..], text, ref length, out int used, out string advice) is { } problem)
            {
                return string.Create(CultureInfo.InvariantCulture, $"the {subject} has {problem} at character {offset + at + 1}{advice}");
            }

            at += used;
        }

        string? error = null;
        for (int round = 2; error is null && _again && PathCharacters.IndexOfEscape(text[..length]) is >= 0 and int first; round++)
        {
            error = round > MaxRounds
                ? $"the {subject} is encoded more than {MaxRounds} times; encode it once"
                : DecodeAgain(text, first, ref length);
        }

        return error;
    }

    // In place: what is decoded is never longer than its escape.
    private string? DecodeAgain(Span<char> text, int first, ref int length)
    {
        ReadOnlySpan<char> source = text[..length];
        length = first;
        for (int at = first; at < source.Length;)
        {
            if (!PathCharacters.IsEscape(source[at..]))
            {
                text[length++] = source[at++];
                continue;
            }

            if (Read(source[at..], text, ref length, out int used, out string advice) is { } problem)
            {
                return $"the {subject} has {problem} once it is decoded again{advice}; encode it once, or write 'paths: {{ double-encoding: keep }}' in the policy";
            }

            at += used;
        }

        return null;
    }

    private string? Read(ReadOnlySpan<char> source, Span<char> text, ref int length, out int used, out string advice)
    {
        advice = "";
        if (!PathCharacters.TryRead(source, out Rune rune, out used, out string? problem))
        {
            return problem;
        }

        if (rune.Value is '/' or '\\')
        {
            return ReadSlash((char)rune.Value, isEscaped: used > 1, text, ref length, out advice);
        }

        if (Rune.IsControl(rune))
        {
            advice = "; a path has none, escaped or not";
            return string.Create(CultureInfo.InvariantCulture, $"the control character U+{rune.Value:X4}");
        }

        if (!rune.IsAscii)
        {
            if (PathCharacters.IsIgnorable(rune))
            {
                return null;
            }

            rune = _fold ? PathCase.Fold(rune) : rune;
        }

        length += rune.EncodeToUtf16(text[length..]);
        return null;
    }

    private string? ReadSlash(char slash, bool isEscaped, Span<char> text, ref int length, out string advice)
    {
        advice = "";
        if (!isEscaped)
        {
            advice = "; a path has none";
            return "a backslash";
        }

        switch (_slash)
        {
            case EncodedSlash.Refuse:
                advice = "; servers read it differently, and the policy may say how, with 'paths: { encoded-slash: keep }' or 'separator'";
                return "an encoded slash or backslash";
            case EncodedSlash.Separator:
                text[length++] = '/';
                return null;
            case EncodedSlash.Keep:
                text[length++] = slash == '/' ? KeptSlash : slash;
                return null;
            default:
                throw new UnreachableException();
        }
    }
}
