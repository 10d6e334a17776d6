namespace OrleansLimiter;

/// <summary>All buckets of one key.</summary>
public sealed class Group
{
    /// <summary>How long a held take waits for its confirmation before it counts as final: 1 s.</summary>
    public static readonly TimeSpan HoldBound = TimeSpan.FromSeconds(1);
}
