namespace OrleansLimiter.Grpc;

/// <summary>Maps decisions to the statuses of descriptors. Pure.</summary>
internal static class DescriptorStatuses
{
    private const long Day = 24 * 60 * 60;

    /// <summary>The status of a descriptor without a limit.</summary>
    public static RateLimitResponse.Types.DescriptorStatus Without(bool allowed)
    {
        var status = new RateLimitResponse.Types.DescriptorStatus { Code = CodeOf(allowed) };
        if (!allowed)
        {
            status.DurationUntilReset = new() { Seconds = 1 };
        }

        return status;
    }

    /// <summary>The status of a decision: of the limit that refuses, else of the reported one.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="index">The limit, as of <see cref="LimitOf"/>; -1 for none.</param>
    public static RateLimitResponse.Types.DescriptorStatus Of(in Decision decision, int index)
    {
        RateLimitResponse.Types.DescriptorStatus status = Without(decision.Allowed);
        if (index < 0)
        {
            return status;
        }

        LimitOutcome outcome = decision[index];
        Reading reading = outcome.Reading;
        status.CurrentLimit = new()
        {
            Name = outcome.Limit.Name,
            RequestsPerUnit = (uint)reading.Limit,
            Unit = UnitOf(outcome),
        };
        status.LimitRemaining = decision.Allowed ? (uint)reading.Remaining : 0;
        TimeSpan wait = !decision.Allowed && reading.Verdict == Verdict.Wait ? reading.RetryAfter : reading.Reset;
        long seconds = (wait.Ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond;
        status.DurationUntilReset = new() { Seconds = decision.Allowed ? seconds : Math.Max(seconds, 1) };
        return status;
    }

    /// <summary>
    /// The limit that the status speaks of. Of the limits that refuse, the one with the longest wait; if the decision is a refusal without
    /// such a limit, because a group did not reply, none; else the reported one.
    /// </summary>
    public static int LimitOf(in Decision decision, int reported)
    {
        if (decision.Allowed)
        {
            return reported;
        }

        int refusing = -1;
        bool areAvailable = true;
        for (int i = 0; i < decision.Count; i++)
        {
            LimitOutcome outcome = decision[i];
            areAvailable &= outcome.IsAvailable;
            if (outcome.IsAvailable && !outcome.Reading.Allowed && (refusing < 0 || Waits(outcome.Reading, decision[refusing].Reading)))
            {
                refusing = i;
            }
        }

        return refusing >= 0 || !areAvailable ? refusing : reported;
    }

    /// <summary>Whether one reading says more about what a caller has left than another.</summary>
    public static bool IsTighter(in Reading one, in Reading other) =>
        one.Verdict != other.Verdict || one.Verdict != Verdict.Allowed
            ? Waits(one, other)
            : (long)one.Remaining * other.Limit < (long)other.Remaining * one.Limit;

    public static RateLimitResponse.Types.Code CodeOf(bool allowed) =>
        allowed ? RateLimitResponse.Types.Code.Ok : RateLimitResponse.Types.Code.OverLimit;

    private static bool Waits(in Reading one, in Reading other) =>
        one.Verdict != other.Verdict ? one.Verdict > other.Verdict : one.RetryAfter > other.RetryAfter;

    // The burst of a token bucket is not the number of requests in a unit.
    private static RateLimitResponse.Types.RateLimit.Types.Unit UnitOf(in LimitOutcome outcome)
    {
        if (AlgorithmDescriptor.Of(outcome.Limit.Definition.Cases[0].Rule.Algorithm).HasBurst)
        {
            return RateLimitResponse.Types.RateLimit.Types.Unit.Unknown;
        }

        (long seconds, long rest) = Math.DivRem(outcome.Reading.Window.Ticks, TimeSpan.TicksPerSecond);
        return (rest == 0 ? seconds : 0) switch
        {
            1 => RateLimitResponse.Types.RateLimit.Types.Unit.Second,
            60 => RateLimitResponse.Types.RateLimit.Types.Unit.Minute,
            60 * 60 => RateLimitResponse.Types.RateLimit.Types.Unit.Hour,
            Day => RateLimitResponse.Types.RateLimit.Types.Unit.Day,
            7 * Day => RateLimitResponse.Types.RateLimit.Types.Unit.Week,
            30 * Day => RateLimitResponse.Types.RateLimit.Types.Unit.Month,
            365 * Day => RateLimitResponse.Types.RateLimit.Types.Unit.Year,
            _ => RateLimitResponse.Types.RateLimit.Types.Unit.Unknown,
        };
    }
}
