namespace OrleansLimiter.Cluster;

/// <summary>The time for which the runtime keeps a call without a reply. It bounds the memory of calls to silos that hang.</summary>
internal static class GrainCallTimeout
{
    /// <summary>
    /// Calls of decisions that may wait for the activation of a group: 10 s, as <see cref="LimiterOptions.MaxDeadline"/>, so that the
    /// deadline ends a decision.
    /// </summary>
    public const string OfDecisions = "00:00:10";

    /// <summary>
    /// Calls to a silo about groups that it holds, which it answers without waiting, and administration: 2 s. After a batch without a
    /// reply, a front-end looks for the groups again. So this is a part of the time in which a silo that hangs is replaced.
    /// </summary>
    public const string OfLocatedGroups = "00:00:02";
}
