using System.Diagnostics;

namespace OrleansLimiter.Decisions;

/// <summary>
/// The values of the variables for one response, each computed when it is read. It references the decision, which is too large to copy
/// for every header.
/// </summary>
internal readonly ref struct TemplateValues(in Decision decision, int reported, DateTimeOffset utcNow)
{
    /// <summary>The last variable that is a number; the following ones are text.</summary>
    public const TemplateVariable LastNumber = TemplateVariable.RetryAfterS;

    private readonly ref readonly Decision _decision = ref decision;

    public bool Has(TemplateVariable variable) => variable <= LastNumber ? TryGetNumber(variable, out _) : Text(variable).Length > 0;

    public bool TryGetNumber(TemplateVariable variable, out long value)
    {
        value = 0;
        if (variable == TemplateVariable.RetryAfterS)
        {
            return TryGetRetryAfter(out value);
        }

        if (reported < 0 || !_decision.IsAvailable(reported))
        {
            return false;
        }

        Reading reading = _decision.ReadingOf(reported);
        value = variable switch
        {
            TemplateVariable.Limit => reading.Limit,
            TemplateVariable.Remaining => reading.Remaining,
            TemplateVariable.WindowMs => RoundUp(reading.Window.Ticks, TimeSpan.TicksPerMillisecond),
            TemplateVariable.WindowS => Seconds(reading.Window),
            TemplateVariable.NextS => Seconds(reading.Next),
            TemplateVariable.ResetS => Seconds(reading.Reset),
            TemplateVariable.ResetEpochS => RoundUp((utcNow + reading.Reset - DateTimeOffset.UnixEpoch).Ticks, TimeSpan.TicksPerSecond),
            _ => throw new UnreachableException(),
        };
        return true;
    }

    /// <summary>The value of a text variable; empty if it has none.</summary>
    public string Text(TemplateVariable variable) => variable switch
    {
        TemplateVariable.LimitName => reported < 0 ? "" : _decision[reported].Limit.Name,
        TemplateVariable.Policy => _decision.Policy.Name,
        TemplateVariable.Account => _decision.Account.Name,
        TemplateVariable.Endpoint => _decision.Endpoint,
        TemplateVariable.Mode => _decision.Mode,
        _ => throw new UnreachableException(),
    };

    /// <summary>A duration in whole seconds, rounded up so that waiting this long is enough.</summary>
    public static long Seconds(TimeSpan span) => RoundUp(span.Ticks, TimeSpan.TicksPerSecond);

    private static long RoundUp(long ticks, long unit) => (ticks + unit - 1) / unit;

    private bool TryGetRetryAfter(out long seconds)
    {
        var longest = TimeSpan.Zero;
        bool refused = false;
        seconds = 0;
        for (int i = 0; i < _decision.Count; i++)
        {
            if (!_decision.IsAvailable(i) || _decision.ReadingOf(i) is not { Allowed: false } reading)
            {
                continue;
            }

            if (reading.Verdict == Verdict.Never)
            {
                return false;
            }

            refused = true;
            longest = reading.RetryAfter > longest ? reading.RetryAfter : longest;
        }

        seconds = Seconds(longest);
        return refused && !_decision.Allowed;
    }
}
