namespace OrleansLimiter;

/// <summary>How a bucket counts. The numbers are part of snapshots and wire messages: never renumber one.</summary>
public enum Algorithm : byte
{
    /// <summary>No span of one window ever admits more than the permits.</summary>
    RollingWindow = 1,

    /// <summary>A window opens at the first acquisition that stays and closes exactly one window later.</summary>
    FixedWindow = 2,

    /// <summary>Capacity equals the permits; refilled continuously at permits per window.</summary>
    LeakyBucket = 3,

    /// <summary>Like the leaky bucket, with a capacity of its own.</summary>
    TokenBucket = 4,
}
