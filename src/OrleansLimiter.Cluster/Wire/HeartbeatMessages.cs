namespace OrleansLimiter.Cluster;

/// <summary>Tells another silo that the sender is running, and asks whether it is still a member of the cluster.</summary>
/// <param name="silo">The address of the sender, as <c>SiloAddress.ToParsableString</c> writes it.</param>
/// <param name="isLeaving">Whether the sender stops, and decides nothing more.</param>
[GenerateSerializer, Immutable, Alias("limiter.heartbeat")]
internal sealed class HeartbeatMessage(string silo, bool isLeaving)
{
    /// <summary>The address of the sender, as <c>SiloAddress.ToParsableString</c> writes it.</summary>
    [Id(0)] public string Silo { get; } = silo;

    /// <summary>Whether the sender stops, and decides nothing more.</summary>
    [Id(1)] public bool IsLeaving { get; } = isLeaving;
}

/// <summary>Acknowledges a <see cref="HeartbeatMessage"/>.</summary>
/// <param name="isDead">Whether the sender of the heartbeat was declared dead, as far as the replying silo knows.</param>
[GenerateSerializer, Immutable, Alias("limiter.heartbeat-answer")]
internal sealed class HeartbeatReply(bool isDead)
{
    /// <summary>Whether the sender of the heartbeat was declared dead, as far as the replying silo knows.</summary>
    [Id(0)] public bool IsDead { get; } = isDead;
}
