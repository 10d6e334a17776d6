namespace OrleansLimiter;

/// <summary>A rule and the bucket of a group that enforces it.</summary>
/// <param name="Bucket">The bucket's name inside its group: the limit's name and the values of its <c>key:</c>.</param>
/// <param name="Rule">What the bucket enforces.</param>
public readonly record struct BucketRule(string Bucket, Rule Rule)
{
    /// <summary>Counts of shorter windows, 1 s, are not kept by default: they have decayed before a process has started again.</summary>
    internal static readonly TimeSpan KeptFrom = TimeSpan.FromSeconds(1);

    // 0 for the default, so that rules with and without it are equal.
    private readonly byte _survive;

    /// <summary>
    /// What the counts survive. Default: <see cref="OrleansLimiter.Survive.None"/> if the window is below 1 s, else
    /// <see cref="OrleansLimiter.Survive.Crash"/>.
    /// </summary>
    public Survive Survive
    {
        get => _survive == 0 ? Default : (Survive)(_survive - 1);
        init => _survive = value == Default ? (byte)0 : (byte)(value + 1);
    }

    private Survive Default => Rule.Window < KeptFrom ? Survive.None : Survive.Crash;
}
