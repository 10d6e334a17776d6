using System.Text;

namespace OrleansLimiter.Policies;

/// <summary>Formats text from a file for a message: short, on one line, in quotes.</summary>
internal static class Quoted
{
    private const int MaxLength = 60;

    public static string Of(string text) =>
        DisplayText.Append(new StringBuilder("'"), text.AsSpan(0, Math.Min(text.Length, MaxLength)))
            .Append(text.Length > MaxLength ? "…'" : "'").ToString();
}
