using System.Text;

namespace OrleansLimiter.Policies;

/// <summary>Formats text from a file for a message: short, on one line, in quotes.</summary>
internal static class Quoted
{
    private const int MaxLength = 60;

    public static string Of(string text)
    {
        var result = new StringBuilder("'");
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, MaxLength)))
        {
            _ = char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029'
                ? result.Append("\\u").Append(((int)c).ToString("x4"))
                : result.Append(c);
        }

        return result.Append(text.Length > MaxLength ? "…'" : "'").ToString();
    }
}
