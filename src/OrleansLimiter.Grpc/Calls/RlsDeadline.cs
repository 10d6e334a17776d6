namespace OrleansLimiter.Grpc;

/// <summary>Computes the time for a decision from the deadline of the caller.</summary>
internal static class RlsDeadline
{
    // For the way back to the caller.
    private static readonly TimeSpan MaxReserve = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// The time in which the limiter decides: what is left to the caller, less a quarter of it, which is at most 5 ms; at least 1 ms.
    /// Null if the caller has no deadline.
    /// </summary>
    public static TimeSpan? Within(DateTime deadline, DateTime utcNow)
    {
        if (deadline == DateTime.MaxValue)
        {
            return null;
        }

        TimeSpan left = deadline - utcNow;
        TimeSpan within = left - (left / 4 < MaxReserve ? left / 4 : MaxReserve);
        return within < LimiterOptions.MinDeadline ? LimiterOptions.MinDeadline : within;
    }
}
