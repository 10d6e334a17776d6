using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;

namespace OrleansLimiter.Decisions;

/// <summary>How text from outside is written so that it stays text in its surroundings.</summary>
internal enum TextEncoding : byte
{
    /// <summary>As it is: a body of plain text.</summary>
    Plain,

    /// <summary>Percent-encoded but for visible ASCII, so that no text can end a header and begin another.</summary>
    Header,

    /// <summary>Escaped as inside a JSON string.</summary>
    Json,

    /// <summary>With character references, as in HTML and XML.</summary>
    Markup,
}

/// <summary>The encodings at work.</summary>
internal static class TextEncodings
{
    private static readonly SearchValues<char> Visible = SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c)]);

    /// <summary>The encoding for a body of a content type.</summary>
    public static TextEncoding ForBody(string? contentType)
    {
        var media = contentType.AsSpan();
        int end = media.IndexOf(';');
        media = (end < 0 ? media : media[..end]).Trim();
        return Is(media, "/json") || Is(media, "+json") ? TextEncoding.Json
            : Is(media, "/html") || Is(media, "/xml") || Is(media, "+xml") ? TextEncoding.Markup
            : TextEncoding.Plain;

        static bool Is(ReadOnlySpan<char> media, string suffix) => media.EndsWith(suffix, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The text, encoded.</summary>
    public static string Encode(this TextEncoding encoding, string text) => encoding switch
    {
        TextEncoding.Header => Header(text),
        TextEncoding.Json => JavaScriptEncoder.Default.Encode(text),
        TextEncoding.Markup => WebUtility.HtmlEncode(text),
        TextEncoding.Plain => text,
        _ => throw new UnreachableException(),
    };

    private static string Header(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Visible))
        {
            return text;
        }

        var result = new StringBuilder(text.Length * 3);
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            _ = b is >= (byte)'!' and <= (byte)'~' ? result.Append((char)b) : result.Append('%').Append(b.ToString("X2"));
        }

        return result.ToString();
    }
}
