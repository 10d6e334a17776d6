using System.Globalization;
using System.Text;

namespace OrleansLimiter.Http;

/// <summary>Prepares text of a caller for an error message.</summary>
internal static class Quote
{
    /// <summary>The maximum length of a quotation: 64 characters.</summary>
    public const int MaxLength = 64;

    /// <summary>Truncates a text to <see cref="MaxLength"/>.</summary>
    public static string Cut(string text) => text.Length > MaxLength ? text[..MaxLength] + "…" : text;

    /// <summary>Quotes a text, truncates it, and writes control characters and surrogates as <c>\uXXXX</c>.</summary>
    public static string Of(string text, int maxLength = MaxLength)
    {
        var quoted = new StringBuilder("'");
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, maxLength)))
        {
            _ = char.IsControl(c) || char.IsSurrogate(c)
                ? quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")
                : quoted.Append(c);
        }

        return quoted.Append(text.Length > maxLength ? "…'" : "'").ToString();
    }
}
