using System.Globalization;

namespace OrleansLimiter.Http;

/// <summary>Parses dates and times as in RFC 3339, with an offset and up to seven decimals of a second.</summary>
internal static class MomentText
{
    /// <summary>The expected format, as the end of a sentence.</summary>
    public const string Expected = "a date and time as in RFC 3339, like 2030-01-31T12:00:00Z";

    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    public static bool TryParse(string? text, out DateTimeOffset moment) => DateTimeOffset.TryParseExact(
        text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out moment);
}
