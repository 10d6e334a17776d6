using System.Globalization;
using System.Runtime.CompilerServices;

namespace OrleansLimiter.Decisions;

/// <summary>
/// <c>RateLimit-Policy</c> and <c>RateLimit</c> as in draft-ietf-httpapi-ratelimit-headers-10: structured fields, one item
/// for each limit that applied and has a reading. The partition key (<c>pk</c>) is omitted, because it would disclose the account in
/// the response.
/// </summary>
internal static class StandardHeader
{
    public const string PolicyName = "RateLimit-Policy";
    public const string LimitName = "RateLimit";

    /// <summary>The quotas: <c>"company";q=100;w=60, "tier-1";q=1;w=1</c>; null if no limit is known.</summary>
    public static string? Quotas(in Decision decision)
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

            AppendName(ref list, outcome.Limit, ref any);
            list.AppendLiteral(";q=");
            list.AppendFormatted(outcome.Reading.Limit);

            // A capacity with a burst is not what one window gives, and the draft has no word for its refill. It counts windows in
            // whole seconds and lets them be left out: a window of 500 ms that is called one second would be another limit.
            if (!AlgorithmDescriptor.Of(outcome.Limit.Definition.Cases[0].Rule.Algorithm).HasBurst
                && outcome.Reading.Window.Ticks % TimeSpan.TicksPerSecond == 0)
            {
                list.AppendLiteral(";w=");
                list.AppendFormatted(TemplateValues.Seconds(outcome.Reading.Window));
            }
        }

        return Finish(ref list, any);
    }

    /// <summary>What is left: <c>"company";r=40;t=55</c>; null if no limit is known.</summary>
    public static string? Remaining(in Decision decision)
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

            AppendName(ref list, outcome.Limit, ref any);
            list.AppendLiteral(";r=");
            list.AppendFormatted(outcome.Reading.Remaining);
            if (Wait(outcome.Reading, decision.Allowed) is { } wait)
            {
                list.AppendLiteral(";t=");
                list.AppendFormatted(TemplateValues.Seconds(wait));
            }
        }

        return Finish(ref list, any);
    }

    // When more becomes available. The draft wants no `t` beyond Retry-After, so on a refusal only the limits that refuse say one,
    // of what was asked for. A limit that is full, or blocks, never has more to give, and says none.
    private static TimeSpan? Wait(in Reading reading, bool allowed) => reading.Verdict switch
    {
        Verdict.Wait => reading.RetryAfter,
        Verdict.Allowed when allowed && reading.Next > TimeSpan.Zero => reading.Next,
        _ => null, // also a verdict that only a newer silo knows
    };

    // Names of limits need no escaping inside a structured field's string.
    private static void AppendName(ref DefaultInterpolatedStringHandler list, PolicyLimit limit, ref bool any)
    {
        list.AppendLiteral(any ? ", \"" : "\"");
        list.AppendLiteral(limit.Name);
        list.AppendLiteral("\"");
        any = true;
    }

    private static string? Finish(ref DefaultInterpolatedStringHandler list, bool any)
    {
        string text = list.ToStringAndClear();
        return any ? text : null;
    }
}
