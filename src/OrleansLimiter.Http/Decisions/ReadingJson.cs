using System.Collections.Immutable;
using System.Text.Json;
using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Http;

/// <summary>Writes the numbers of a reading. Milliseconds are rounded up so that waiting this long is enough.</summary>
internal static class ReadingJson
{
    private static readonly JsonEncodedText Limit = JsonEncodedText.Encode("limit");
    private static readonly JsonEncodedText Remaining = JsonEncodedText.Encode("remaining");
    private static readonly JsonEncodedText WindowMs = JsonEncodedText.Encode("windowMs");
    private static readonly JsonEncodedText NextAfterMs = JsonEncodedText.Encode("nextAfterMs");
    private static readonly JsonEncodedText ResetAfterMs = JsonEncodedText.Encode("resetAfterMs");
    private static readonly JsonEncodedText RetryAfterMs = JsonEncodedText.Encode("retryAfterMs");

    /// <summary>What is null if a group did not reply.</summary>
    public static ImmutableArray<JsonEncodedText> Names { get; } =
        [JsonEncodedText.Encode("allowed"), Limit, Remaining, WindowMs, NextAfterMs, ResetAfterMs, RetryAfterMs];

    public static void Write(Utf8JsonWriter json, in Reading reading)
    {
        json.WriteNumber(Limit, reading.Limit);
        json.WriteNumber(Remaining, reading.Remaining);
        json.WriteNumber(WindowMs, Milliseconds(reading.Window));
        json.WriteNumber(NextAfterMs, Milliseconds(reading.Next));
        json.WriteNumber(ResetAfterMs, Milliseconds(reading.Reset));
        if (reading.Verdict == Verdict.Wait)
        {
            json.WriteNumber(RetryAfterMs, Milliseconds(reading.RetryAfter));
        }
        else
        {
            json.WriteNull(RetryAfterMs); // room now, or never
        }
    }

    public static long Milliseconds(TimeSpan span) =>
        (span.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;
}
