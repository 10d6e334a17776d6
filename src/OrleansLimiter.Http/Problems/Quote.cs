using System.Globalization;
using System.Text;

namespace OrleansLimiter.Http;

/// <summary>What a caller sent, made fit for a sentence.</summary>
internal static class Quote
{
    /// <summary>The most characters of it that a message repeats.</summary>
    public const int MaxLength = 64;

    /// <summary>Cut to <see cref="MaxLength"/>: for where it is not a sentence but a name.</summary>
    public static string Cut(string text) => text.Length > MaxLength ? text[..MaxLength] + "…" : text;

    /// <summary>In quotes, cut, and with control characters and halves of surrogate pairs written as <c>\uXXXX</c>.</summary>
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
