using System.Globalization;

namespace OrleansLimiter.Http;

/// <summary>Moments as RFC 3339 writes them, with an offset and up to seven decimals of a second.</summary>
internal static class MomentText
{
    /// <summary>What would be right, as the end of a sentence.</summary>
    public const string Expected = "a moment as in RFC 3339, like 2030-01-31T12:00:00Z";

    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    public static bool TryParse(string text, out DateTimeOffset moment) => DateTimeOffset.TryParseExact(
        text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out moment);
}
