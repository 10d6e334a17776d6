using System.Diagnostics;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>
/// The values of the variables for one response, each worked out when it is asked for. It borrows the decision,
/// which is too large to copy for every header.
/// </summary>
internal readonly ref struct TemplateValues
{
    /// <summary>Up to here variables are numbers; after it, text.</summary>
    public const TemplateVariable LastNumber = TemplateVariable.RetryAfterS;

    private readonly ref readonly Decision _decision;
    private readonly int _reported;
    private readonly DateTimeOffset _utcNow;

    public TemplateValues(in Decision decision, int reported, DateTimeOffset utcNow)
    {
        _decision = ref decision;
        _reported = reported;
        _utcNow = utcNow;
    }

    public bool Has(TemplateVariable variable) =>
        variable <= LastNumber ? TryGetNumber(variable, out _) : Text(variable).Length > 0;

    public bool TryGetNumber(TemplateVariable variable, out long value)
    {
        value = 0;
        if (variable == TemplateVariable.RetryAfterS)
        {
            return TryGetRetryAfter(out value);
        }

        if (_reported < 0 || _decision[_reported] is not { IsAvailable: true, Reading: var reading })
        {
            return false;
        }

        value = variable switch
        {
            TemplateVariable.Limit => reading.Limit,
            TemplateVariable.Remaining => reading.Remaining,
            TemplateVariable.WindowMs => RoundUp(reading.Window.Ticks, TimeSpan.TicksPerMillisecond),
            TemplateVariable.WindowS => Seconds(reading.Window),
            TemplateVariable.NextS => Seconds(reading.Next),
            TemplateVariable.ResetS => Seconds(reading.Reset),
            TemplateVariable.ResetEpochS => RoundUp((_utcNow + reading.Reset - DateTimeOffset.UnixEpoch).Ticks, TimeSpan.TicksPerSecond),
            _ => throw new UnreachableException(),
        };
        return true;
    }

    /// <summary>The value of a text variable; empty if it has none.</summary>
    public string Text(TemplateVariable variable) => variable switch
    {
        TemplateVariable.LimitName => _reported < 0 ? "" : _decision[_reported].Limit.Name,
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
            var outcome = _decision[i];
            if (!outcome.IsAvailable || outcome.Reading.Allowed)
            {
                continue;
            }

            if (outcome.Reading.Verdict == Verdict.Never)
            {
                return false;
            }

            refused = true;
            longest = outcome.Reading.RetryAfter > longest ? outcome.Reading.RetryAfter : longest;
        }

        seconds = Seconds(longest);
        return refused && !_decision.Allowed;
    }
}
