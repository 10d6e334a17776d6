using System.Globalization;
using System.Runtime.CompilerServices;

namespace OrleansLimiter.Decisions;

/// <summary>
/// <c>RateLimit-Policy</c> and <c>RateLimit</c> as in draft-ietf-httpapi-ratelimit-headers-10: structured fields, one item for each
/// limit that applied and has a reading. The partition key (<c>pk</c>) is omitted, because it would disclose the account in the
/// response.
/// </summary>
internal static class StandardHeader
{
    public const string PolicyName = "RateLimit-Policy";
    public const string LimitName = "RateLimit";

    /// <summary>The quotas: <c>"company";q=100;w=60, "tier-1";q=1;w=1</c>; null if no limit is known.</summary>
    public static string? Quotas(in Decision decision) => Format(decision, areQuotas: true);

    /// <summary>The remaining permits: <c>"company";r=40;t=55</c>; null if no limit is known.</summary>
    public static string? Remaining(in Decision decision) => Format(decision, areQuotas: false);

    private static string? Format(in Decision decision, bool areQuotas)
    {
        var list = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[256]);
        bool any = false;
        for (int i = 0; i < decision.Count; i++)
        {
            var outcome = decision[i];
            if (!outcome.IsAvailable)
            {
                continue;
            }

            // Names of limits need no escaping inside a string of a structured field.
            list.AppendLiteral(any ? ", \"" : "\"");
            list.AppendLiteral(outcome.Limit.Name);
            any = true;
            if (areQuotas)
            {
                list.AppendLiteral("\";q=");
                list.AppendFormatted(outcome.Reading.Limit);
                Append(ref list, ";w=", Window(outcome));
            }
            else
            {
                list.AppendLiteral("\";r=");
                list.AppendFormatted(outcome.Reading.Remaining);
                Append(ref list, ";t=", Wait(outcome.Reading, decision.Allowed));
            }
        }

        string text = list.ToStringAndClear();
        return any ? text : null;
    }

    private static void Append(ref DefaultInterpolatedStringHandler list, string parameter, TimeSpan? time)
    {
        if (time is { } value)
        {
            list.AppendLiteral(parameter);
            list.AppendFormatted(TemplateValues.Seconds(value));
        }
    }

    // The draft has no parameter for a burst, whose capacity is not the quota of a window. Windows are in whole seconds; a window of
    // 500 ms that is rounded up to one second would be another limit, so it is omitted.
    private static TimeSpan? Window(in LimitOutcome outcome) =>
        AlgorithmDescriptor.Of(outcome.Limit.Definition.Cases[0].Rule.Algorithm).HasBurst
        || outcome.Reading.Window.Ticks % TimeSpan.TicksPerSecond != 0
            ? null
            : outcome.Reading.Window;

    // The time until more permits are available. In the draft, `t` must not be greater than Retry-After, so in a denied decision only
    // the limits that refuse have one. A limit that is full, or that has no permits, has none.
    private static TimeSpan? Wait(in Reading reading, bool allowed) => reading.Verdict switch
    {
        Verdict.Wait => reading.RetryAfter,
        Verdict.Allowed when allowed && reading.Next > TimeSpan.Zero => reading.Next,
        _ => null, // also for a verdict of a newer silo
    };
}
