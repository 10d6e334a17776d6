using System.Globalization;
using System.Runtime.CompilerServices;

namespace OrleansLimiter.Decisions;

/// <summary>
/// <c>RateLimit-Policy</c> and <c>RateLimit</c> as in draft-ietf-httpapi-ratelimit-headers-10: lists of structured fields (RFC 9651).
/// <c>RateLimit-Policy</c> has one item for each limit that applied, <c>RateLimit</c> one for each of these that has a reading. The
/// partition key (<c>pk</c>) is omitted, because it would disclose the account in the response, and the unit (<c>qu</c>), because
/// permits are requests, its default.
/// </summary>
internal static class StandardHeader
{
    public const string PolicyName = "RateLimit-Policy";
    public const string LimitName = "RateLimit";

    /// <summary>
    /// The quotas: <c>"company";q=100;w=60, "tier-1";q=1;w=1</c>; null if no limit applied. The text of a plan is created once.
    /// </summary>
    public static string? Quotas(in Decision decision) =>
        decision.Count == 0 || decision.Plan is not { } plan ? null
        : IsOf(plan, decision) ? plan.Quotas
        : FormatQuotas(plan, decision);

    /// <summary>The quotas of the rules of a plan.</summary>
    public static string Quotas(ImmutableArray<PlannedLimit> limits)
    {
        var list = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[256]);
        for (int i = 0; i < limits.Length; i++)
        {
            Begin(ref list, isFirst: i == 0, limits[i].Limit);
            AppendQuota(ref list, limits[i].Rule.Capacity, QuotaWindow.Of(limits[i].Rule));
        }

        return list.ToStringAndClear();
    }

    /// <summary>The remaining permits: <c>"company";r=40;t=55</c>; null if no limit has a reading.</summary>
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

            Begin(ref list, isFirst: !any, outcome.Limit);
            any = true;
            list.AppendLiteral(";r=");
            list.AppendFormatted(outcome.Reading.Remaining);
            if (Wait(outcome.Reading, decision.Allowed) is { } wait)
            {
                list.AppendLiteral(";t=");
                list.AppendFormatted(TemplateValues.Seconds(wait));
            }
        }

        string text = list.ToStringAndClear();
        return any ? text : null;
    }

    // The readings differ from the rules if a bucket has a newer rule, or if `on-failure: local` counts against a share of the limits.
    private static bool IsOf(Plan plan, in Decision decision)
    {
        for (int i = 0; i < decision.Count; i++)
        {
            var outcome = decision[i];
            if (outcome.IsAvailable && !QuotaWindow.IsOf(plan.Limits[i].Rule, outcome.Reading))
            {
                return false;
            }
        }

        return true;
    }

    private static string FormatQuotas(Plan plan, in Decision decision)
    {
        var list = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[256]);
        for (int i = 0; i < decision.Count; i++)
        {
            var outcome = decision[i];
            Rule rule = plan.Limits[i].Rule;
            Begin(ref list, isFirst: i == 0, outcome.Limit);
            if (outcome.IsAvailable)
            {
                AppendQuota(ref list, outcome.Reading.Limit, QuotaWindow.Of(rule, outcome.Reading, decision.Share));
            }
            else
            {
                AppendQuota(ref list, rule.Capacity, QuotaWindow.Of(rule));
            }
        }

        return list.ToStringAndClear();
    }

    // Names of limits need no escaping inside a string of a structured field.
    private static void Begin(ref DefaultInterpolatedStringHandler list, bool isFirst, PolicyLimit limit)
    {
        list.AppendLiteral(isFirst ? "\"" : ", \"");
        list.AppendLiteral(limit.Name);
        list.AppendLiteral("\"");
    }

    private static void AppendQuota(ref DefaultInterpolatedStringHandler list, int quota, long? window)
    {
        list.AppendLiteral(";q=");
        list.AppendFormatted(quota);
        if (window is { } seconds)
        {
            list.AppendLiteral(";w=");
            list.AppendFormatted(seconds);
        }
    }

    // The time until more permits are available. In the draft, `t` must not be greater than Retry-After, so in a denied decision only
    // the limits that refuse have one. A limit that is full, or that has no permits, has none.
    private static TimeSpan? Wait(in Reading reading, bool allowed) => reading.Verdict switch
    {
        Verdict.Wait => reading.RetryAfter,
        Verdict.Allowed when allowed && reading.Next > TimeSpan.Zero => reading.Next,
        _ => null, // also for a verdict of a newer silo
    };
}
