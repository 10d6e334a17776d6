namespace OrleansLimiter.Policies.Decisions;

/// <summary>When one decision must be made. A reading of the clock; no timer runs for it by itself.</summary>
internal readonly struct Deadline(TimeProvider time, TimeSpan span)
{
    private readonly long _began = time.GetTimestamp();

    /// <summary>What it is measured by.</summary>
    public TimeProvider Time => time;

    /// <summary>How long until then; never negative.</summary>
    public TimeSpan Left
    {
        get
        {
            TimeSpan left = span - time.GetElapsedTime(_began);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Whether it has passed.</summary>
    public bool IsOver => Left == TimeSpan.Zero;
}
