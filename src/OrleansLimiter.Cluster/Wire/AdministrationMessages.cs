using Orleans;

namespace OrleansLimiter.Cluster;

/// <summary>Asks a group for its buckets, or a silo for those of an account.</summary>
/// <param name="prefix">With what the keys of an account's groups begin; empty for a group.</param>
[GenerateSerializer, Immutable, Alias("limiter.usage")]
public sealed class UsageMessage(string prefix)
{
    /// <summary>With what the keys of an account's groups begin; empty for a group.</summary>
    [Id(0)]
    public string Prefix { get; } = prefix;
}

/// <summary>Tells a group, or a silo for those of an account, to forget what was consumed.</summary>
/// <param name="prefix">With what the keys of an account's groups begin; empty for a group.</param>
[GenerateSerializer, Immutable, Alias("limiter.reset")]
public sealed class ResetMessage(string prefix)
{
    /// <summary>With what the keys of an account's groups begin; empty for a group.</summary>
    [Id(0)]
    public string Prefix { get; } = prefix;
}
