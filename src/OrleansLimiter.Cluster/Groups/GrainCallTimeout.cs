namespace OrleansLimiter.Cluster;

/// <summary>The time for which the runtime keeps a call without a reply. It bounds the memory of calls to silos that hang.</summary>
internal static class GrainCallTimeout
{
    /// <summary>
    /// Calls whose reply is a decision and may wait for the activation of a group: 10 s, as <see cref="LimiterOptions.MaxDeadline"/>, so
    /// that the deadline ends a decision.
    /// </summary>
    public const string OfDecisions = "00:00:10";

    /// <summary>
    /// Other calls: 2 s. After a batch without a reply, a front-end looks for the groups again, so this is a part of the time in which a
    /// silo that hangs is replaced. If groups are not located in this time, they decide one by one.
    /// </summary>
    public const string OfOthers = "00:00:02";
}
