using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OrleansLimiter.Policies.Tests;

/// <summary>
/// The normal form of a path, slow and obvious: escapes are decoded repeatedly, the text is split into segments, the segments are
/// cut, trimmed and resolved, and every byte is encoded again.
/// </summary>
internal static partial class SlowPath
{
    // Not in any path: control characters are refused.
    private const char Slash = '\u0001';
    private const char Backslash = '\u0002';

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The normal form; null if there is none.</summary>
    public static string? Normal(string pathAndQuery, PathsDefinition? paths = null)
    {
        paths ??= new();
        string path = AbsoluteForm().Replace(pathAndQuery, "/").Split('?', '#')[0];
        if (!path.StartsWith('/') || path.Length > 8_192 || path.Contains('\\') || path.Any(char.IsControl) || InvalidEscape().IsMatch(path))
        {
            return null;
        }

        try
        {
            string normal = "/" + string.Join('/', Segments(Fold(Decoded(path, paths), paths), paths).Select(Written));
            return normal.Length > 8_192 || normal.Count(c => c == '/') > 256 ? null : normal;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>A resource or a name in the case that is used for comparison.</summary>
    public static string Compared(string normal, PathsDefinition paths) =>
        paths.Case == PathCasing.Keep ? normal : Escape().Replace(normal.ToLowerInvariant(), escape => escape.Value.ToUpperInvariant());

    private static string Decoded(string path, PathsDefinition paths)
    {
        _ = Strict.GetByteCount(path);
        string text = Once(path, paths);
        for (int round = 2; paths.DoubleEncoding == DoubleEncoding.Decode && Escape().IsMatch(text); round++)
        {
            text = round > 8 ? throw new ArgumentException("encoded too often") : Once(text, paths);
        }

        return text;
    }

    private static string Once(string text, PathsDefinition paths) => string.Concat(
        Escapes().Replace(text, run => Allowed(Strict.GetString(Convert.FromHexString(run.Value.Replace("%", ""))), paths))
            .EnumerateRunes()
            .Where(rune => !IsWithoutWidth(rune)));

    private static string Allowed(string decoded, PathsDefinition paths) =>
        decoded.Any(char.IsControl) || (paths.EncodedSlash == EncodedSlash.Refuse && decoded.AsSpan().ContainsAny('/', '\\'))
            ? throw new ArgumentException("not allowed")
        : paths.EncodedSlash == EncodedSlash.Separator ? decoded.Replace('\\', '/')
        : decoded.Replace('/', Slash).Replace('\\', Backslash);

    private static bool IsWithoutWidth(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format || "\u034F".EnumerateRunes().Contains(rune)
        || (rune.Value >= 0xFE00 && rune.Value < 0xFE10) || (rune.Value >= 0xE0100 && rune.Value < 0xE01F0);

    private static string Fold(string text, PathsDefinition paths) =>
        paths.Case == PathCasing.Keep ? text : string.Concat(text.EnumerateRunes().Select(rune =>
            rune.IsAscii ? rune.ToString()
            : rune.ToString().Replace('ı', 'i').Replace('İ', 'i').Replace('ſ', 's').ToUpperInvariant().ToLowerInvariant()));

    private static List<string> Segments(string text, PathsDefinition paths)
    {
        var segments = new List<string>();
        foreach (string raw in text.Split('/'))
        {
            string segment = (paths.Parameters == PathParameters.Cut ? raw.Split(';')[0] : raw).Trim();
            if (segment == "..")
            {
                segments.RemoveRange(Math.Max(0, segments.Count - 1), Math.Min(1, segments.Count));
            }
            else if (Trimmed(segment) != "")
            {
                segments.Add(Trimmed(segment));
            }
        }

        while (paths.Suffix == PathSuffix.Cut && segments is [.., var last] && last.Contains('.'))
        {
            string name = Trimmed(last.Split('.')[0]);
            segments.RemoveAt(segments.Count - 1);
            segments.AddRange(name == "" ? [] : [name]);
        }

        return segments;
    }

    private static string Trimmed(string segment) =>
        string.Concat(segment.Reverse().SkipWhile(c => c == '.' || char.IsWhiteSpace(c)).Reverse());

    private static string Written(string segment) =>
        string.Concat(Strict.GetBytes(segment.Replace(Slash, '/').Replace(Backslash, '\\')).Select(Written));

    private static string Written(byte value) =>
        char.IsAsciiLetterOrDigit((char)value) || "-._~!$&'()*+,;=:@".Contains((char)value) ? ((char)value).ToString() : $"%{value:X2}";

    [GeneratedRegex("^https?://[0-9A-Za-z._~!$&'()*+,;=:@%\\[\\]-]+(?=[/?#]|\\z)/?", RegexOptions.IgnoreCase)]
    private static partial Regex AbsoluteForm();

    [GeneratedRegex("%(?![0-9A-Fa-f]{2})")]
    private static partial Regex InvalidEscape();

    [GeneratedRegex("%[0-9A-Fa-f]{2}")]
    private static partial Regex Escape();

    [GeneratedRegex("(%[0-9A-Fa-f]{2})+")]
    private static partial Regex Escapes();
}
