using Orleans;

namespace OrleansLimiter.Cluster;

/// <summary>Requests the buckets of a group, or those of an account from a silo.</summary>
/// <param name="prefix">The prefix of the keys of the groups of an account; empty for a group.</param>
[GenerateSerializer, Immutable, Alias("limiter.usage")]
public sealed class UsageMessage(string prefix)
{
    /// <summary>The prefix of the keys of the groups of an account; empty for a group.</summary>
    [Id(0)]
    public string Prefix { get; } = prefix;
}

/// <summary>Requests the reset of a group, or of the groups of an account on a silo.</summary>
/// <param name="prefix">The prefix of the keys of the groups of an account; empty for a group.</param>
[GenerateSerializer, Immutable, Alias("limiter.reset")]
public sealed class ResetMessage(string prefix)
{
    /// <summary>The prefix of the keys of the groups of an account; empty for a group.</summary>
    [Id(0)]
    public string Prefix { get; } = prefix;
}
