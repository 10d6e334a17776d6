namespace OrleansLimiter.Grains;

/// <summary>The options of hand-overs between silos.</summary>
public sealed class HandOverOptions
{
    /// <summary>
    /// The maximum time that a silo which stops waits for the hand-over of its groups. 0 or more, default 10 s. The groups that were not
    /// handed over by then start empty on other silos.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The time after which a silo that stops hands its groups over by itself if Orleans has not deactivated its grains, because it cannot
    /// write to the membership table. 0 or more, default 8 s.
    /// </summary>
    public TimeSpan AbandonAfter { get; set; } = TimeSpan.FromSeconds(8);
}
