using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;

namespace OrleansLimiter.Decisions;

/// <summary>How text from a request is encoded in a response, to prevent injection.</summary>
internal enum TextEncoding : byte
{
    /// <summary>Not encoded: a body of plain text.</summary>
    Plain,

    /// <summary>Percent-encoded except for visible ASCII.</summary>
    Header,

    /// <summary>Escaped for a JSON string.</summary>
    Json,

    /// <summary>Escaped for HTML and XML.</summary>
    Markup,
}

/// <summary>Encodes text.</summary>
internal static class TextEncodings
{
    private static readonly SearchValues<char> Visible =
        SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c)]);

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
