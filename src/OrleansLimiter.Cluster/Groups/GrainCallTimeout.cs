namespace OrleansLimiter.Cluster;

/// <summary>The time for which the runtime keeps a call without a reply. It bounds the memory of calls to silos that hang.</summary>
internal static class GrainCallTimeout
{
    /// <summary>Calls that decisions make: 10 s, as <see cref="LimiterOptions.MaxDeadline"/>, so that the deadline ends a decision.</summary>
    public const string OfDecisions = "00:00:10";

    /// <summary>Other calls about groups: 2 s.</summary>
    public const string OfOthers = "00:00:02";
}
