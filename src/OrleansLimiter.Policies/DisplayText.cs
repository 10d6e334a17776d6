using System.Globalization;
using System.Text;

namespace OrleansLimiter.Policies;

/// <summary>
/// Makes text from requests and files safe to show in a log, a terminal or an error message. Every place that shows such text uses it.
/// </summary>
/// <remarks>
/// Escaped are the characters that change how a line is shown: control characters (line breaks and terminal escapes, C0 and C1), format
/// characters (the direction of text, zero-width characters), the line and paragraph separators U+2028 and U+2029, and unpaired surrogates.
/// They are written as in JSON: <c>\u202e</c>.
/// </remarks>
public static class DisplayText
{
    /// <summary>Returns the text with unsafe characters escaped; the same object if there are none.</summary>
    public static string Escape(string text)
    {
        int first = IndexOfUnsafe(text);
        return first < 0 ? text : Append(new StringBuilder(text, 0, first, text.Length + 16), text.AsSpan(first)).ToString();
    }

    /// <summary>Appends a text with unsafe characters escaped.</summary>
    public static StringBuilder Append(StringBuilder to, ReadOnlySpan<char> text)
    {
        while (IndexOfUnsafe(text) is >= 0 and int at)
        {
            to.Append(text[..at]);
            int length = char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;
            foreach (char unit in text.Slice(at, length))
            {
                to.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
            }

            text = text[(at + length)..];
        }

        return to.Append(text);
    }

    private static int IndexOfUnsafe(ReadOnlySpan<char> text)
    {
        int at = 0;
        while (at < text.Length)
        {
            if (text[at] is >= ' ' and <= '~')
            {
                at++;
                continue;
            }

            if (Rune.DecodeFromUtf16(text[at..], out Rune rune, out int length) != System.Buffers.OperationStatus.Done || IsUnsafe(rune))
            {
                return at;
            }

            at += length;
        }

        return -1;
    }

    private static bool IsUnsafe(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
