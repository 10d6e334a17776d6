using System.Text;

namespace OrleansLimiter.Http;

/// <summary>Prepares text of a caller for an error message.</summary>
internal static class Quote
{
    /// <summary>The maximum length of a quotation: 64 characters.</summary>
    public const int MaxLength = 64;

    /// <summary>Truncates a text to <see cref="MaxLength"/>, and escapes it as in <see cref="DisplayText"/>.</summary>
    public static string Cut(string text) => DisplayText.Escape(text.Length > MaxLength ? text[..MaxLength] + "…" : text);

    /// <summary>Quotes a text, truncates it, and escapes it as in <see cref="DisplayText"/>.</summary>
    public static string Of(string text, int maxLength = MaxLength) =>
        DisplayText.Append(new StringBuilder("'"), text.AsSpan(0, Math.Min(text.Length, maxLength)))
            .Append(text.Length > maxLength ? "…'" : "'").ToString();
}
