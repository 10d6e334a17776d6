using System.Diagnostics;
using System.Text;

namespace OrleansLimiter.Policies;

/// <summary>Decodes the escapes of a path and refuses characters that no path can contain.</summary>
/// <param name="paths">The path options of the policy.</param>
/// <param name="subject">The decoded text in errors, such as <c>path</c>.</param>
internal sealed class PathDecoder(PathsDefinition paths, string subject)
{
    /// <summary>Represents a slash that is part of a segment. Control characters are refused, so no path contains it.</summary>
    public const char KeptSlash = '\u0001';

    // Bounds the work for a path. No server decodes as often.
    private const int MaxRounds = 8;

    private readonly bool _again = paths.DecodesAgain;
    private readonly bool _fold = paths.IgnoresCase;
    private readonly EncodedSlash _slash = paths.EncodedSlash;

    private readonly record struct Error(string Problem, string Advice = "");

    /// <summary>Decodes a path and returns the error; null if there is none.</summary>
    /// <param name="path">A path, without its query.</param>
    /// <param name="offset">The number of characters before the path, for errors.</param>
    /// <param name="text">The decoded path; it is never longer than the path, and <c>/</c> separates segments.</param>
    /// <param name="length">The length of the decoded path.</param>
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

            if (Read(path[at..], text, ref length, out int used) is { } invalid)
            {
                return $"the {subject} has {invalid.Problem} at character {offset + at + 1}{invalid.Advice}";
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

    // Decodes in place: a character is never longer than its escape.
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

            if (Read(source[at..], text, ref length, out int used) is { } invalid)
            {
                return $"the {subject} has {invalid.Problem} once it is decoded again{invalid.Advice}; "
                    + "encode it once, or write 'paths: { double-encoding: keep }' in the policy";
            }

            at += used;
        }

        return null;
    }

    private Error? Read(ReadOnlySpan<char> source, Span<char> text, ref int length, out int used)
    {
        if (!PathCharacters.TryRead(source, out Rune rune, out used, out string? problem))
        {
            return new(problem);
        }

        if (rune.Value is '/' or '\\')
        {
            return ReadSlash((char)rune.Value, isEscaped: used > 1, text, ref length);
        }

        if (Rune.IsControl(rune))
        {
            return new($"the control character U+{rune.Value:X4}", "; a path has none, escaped or not");
        }

        if (!rune.IsAscii && PathCharacters.IsIgnorable(rune))
        {
            return null;
        }

        rune = _fold && !rune.IsAscii ? PathCase.Fold(rune) : rune;
        length += rune.EncodeToUtf16(text[length..]);
        return null;
    }

    private Error? ReadSlash(char slash, bool isEscaped, Span<char> text, ref int length)
    {
        if (!isEscaped)
        {
            return new("a backslash", "; a path has none");
        }

        switch (_slash)
        {
            case EncodedSlash.Refuse:
                return new(
                    "an encoded slash or backslash",
                    "; servers handle it differently, and 'paths: { encoded-slash: keep }' or 'separator' in the policy allows it");
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
