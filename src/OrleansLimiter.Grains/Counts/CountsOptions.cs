namespace OrleansLimiter.Grains;

/// <summary>How the counts of limits with <c>survive: restart</c> are kept over a restart of all silos.</summary>
internal sealed class CountsOptions
{
    /// <summary>The name of the grain storage.</summary>
    public const string StorageName = "counts";

    /// <summary>
    /// What a crash of all silos can lose at most, without the time that a write takes: 5 s by default. Silos send their changes, and
    /// shards write them, twice in it.
    /// </summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The time for which the start of a silo waits for the storage: 10 s by default. Then it starts without the counts.</summary>
    public TimeSpan LoadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time for which the stop of a silo waits for the storage: 5 s by default.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The period between the passes of a silo, and between the writes of a shard.</summary>
    public TimeSpan WritePeriod => Interval / 2;
}
