using System.Collections.Immutable;

namespace OrleansLimiter.Http;

/// <summary>
/// Writes a decision as JSON. <see cref="DecisionResponse"/> describes it in the OpenAPI document. Milliseconds are rounded up, so
/// that waiting this long is enough.
/// </summary>
internal static class DecisionJson
{
    private static readonly JsonEncodedText Allowed = JsonEncodedText.Encode("allowed");
    private static readonly JsonEncodedText Policy = JsonEncodedText.Encode("policy");
    private static readonly JsonEncodedText Reported = JsonEncodedText.Encode("reported");
    private static readonly JsonEncodedText DeniedBy = JsonEncodedText.Encode("deniedBy");
    private static readonly JsonEncodedText Limits = JsonEncodedText.Encode("limits");
    private static readonly JsonEncodedText Name = JsonEncodedText.Encode("name");
    private static readonly JsonEncodedText Scope = JsonEncodedText.Encode("scope");
    private static readonly JsonEncodedText Limit = JsonEncodedText.Encode("limit");
    private static readonly JsonEncodedText Remaining = JsonEncodedText.Encode("remaining");
    private static readonly JsonEncodedText WindowMs = JsonEncodedText.Encode("windowMs");
    private static readonly JsonEncodedText NextAfterMs = JsonEncodedText.Encode("nextAfterMs");
    private static readonly JsonEncodedText ResetAfterMs = JsonEncodedText.Encode("resetAfterMs");
    private static readonly JsonEncodedText RetryAfterMs = JsonEncodedText.Encode("retryAfterMs");

    // The fields that are null if the group of a limit did not reply.
    private static readonly ImmutableArray<JsonEncodedText> NullIfUnavailable =
        [Allowed, Limit, Remaining, WindowMs, NextAfterMs, ResetAfterMs, RetryAfterMs];

    public static void Write(Utf8JsonWriter json, in Decision decision, int reported)
    {
        Begin(json, decision, reported);
        json.WriteEndObject();
    }

    /// <summary>Writes a decision without the end of its object.</summary>
    public static void Begin(Utf8JsonWriter json, in Decision decision, int reported)
    {
        json.WriteStartObject();
        json.WriteBoolean(Allowed, decision.Allowed);
        json.WriteString(Policy, decision.Policy.Name);
        json.WriteString(Reported, reported >= 0 ? decision[reported].Limit.Name : null); // a null string is written as null
        json.WriteStartArray(DeniedBy);
        for (int index = 0; index < decision.Count; index++)
        {
            LimitOutcome outcome = decision[index];
            if (outcome is { IsAvailable: true, Reading.Allowed: false })
            {
                json.WriteStringValue(outcome.Limit.Name);
            }
        }

        json.WriteEndArray();
        json.WriteStartArray(Limits);
        for (int index = 0; index < decision.Count; index++)
        {
            Write(json, decision[index]);
        }

        json.WriteEndArray();
    }

    public static long Milliseconds(TimeSpan span) =>
        (span.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;

    private static void Write(Utf8JsonWriter json, in LimitOutcome outcome)
    {
        json.WriteStartObject();
        json.WriteString(Name, outcome.Limit.Name);
        json.WriteString(Scope, ScopeDescriptor.Of(outcome.Limit.Definition.Scope).Name);
        if (outcome.IsAvailable)
        {
            Write(json, outcome.Reading);
        }
        else
        {
            foreach (JsonEncodedText name in NullIfUnavailable)
            {
                json.WriteNull(name);
            }
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, in Reading reading)
    {
        json.WriteBoolean(Allowed, reading.Allowed);
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
            json.WriteNull(RetryAfterMs); // permits are available now, or never
        }
    }
}
