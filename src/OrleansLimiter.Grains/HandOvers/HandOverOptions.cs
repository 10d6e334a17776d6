namespace OrleansLimiter.Grains;

/// <summary>The options of hand-overs between silos.</summary>
public sealed class HandOverOptions
{
    /// <summary>
    /// The maximum time that a silo which stops waits for the hand-over of its groups. 0 or more, default 10 s. The groups that were not
    /// handed over by then start empty on other silos.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);
}
