using Orleans;

namespace OrleansLimiter.Cluster;

/// <summary>A table of overrides as it is kept now.</summary>
/// <param name="shard">Its number.</param>
/// <param name="version">Its version.</param>
/// <param name="content">Its bytes.</param>
[GenerateSerializer, Immutable, Alias("limiter.shard")]
public sealed class ShardMessage(int shard, uint version, byte[] content)
{
    /// <summary>Its number.</summary>
    [Id(0)]
    public int Shard { get; } = shard;

    /// <summary>Its version.</summary>
    [Id(1)]
    public uint Version { get; } = version;

    /// <summary>Its bytes.</summary>
    [Id(2)]
    public byte[] Content { get; } = content;
}

/// <summary>Subscribes a front-end.</summary>
/// <param name="observer">The front-end.</param>
/// <param name="version">The version that it has; 0: none.</param>
[GenerateSerializer, Immutable, Alias("limiter.renew")]
public sealed class RenewMessage(IOverrideObserver observer, uint version)
{
    /// <summary>The front-end.</summary>
    [Id(0)]
    public IOverrideObserver Observer { get; } = observer;

    /// <summary>The version that it has; 0: none.</summary>
    [Id(1)]
    public uint Version { get; } = version;
}

/// <summary>What is kept.</summary>
/// <param name="version">The version that is kept; 0: nothing has ever been changed.</param>
/// <param name="content">The bytes; null if the front-end's version is as new.</param>
[GenerateSerializer, Immutable, Alias("limiter.renew-answer")]
public sealed class RenewReply(uint version, byte[]? content)
{
    /// <summary>The version that is kept; 0: nothing has ever been changed.</summary>
    [Id(0)]
    public uint Version { get; } = version;

    /// <summary>The bytes; null if the front-end's version is as new.</summary>
    [Id(1)]
    public byte[]? Content { get; } = content;
}

/// <summary>Replaces a table.</summary>
/// <param name="expected">The version that is to be replaced.</param>
/// <param name="version">The new version, which is higher.</param>
/// <param name="content">The new bytes.</param>
[GenerateSerializer, Immutable, Alias("limiter.swap")]
public sealed class SwapMessage(uint expected, uint version, byte[] content)
{
    /// <summary>The version that is to be replaced.</summary>
    [Id(0)]
    public uint Expected { get; } = expected;

    /// <summary>The new version, which is higher.</summary>
    [Id(1)]
    public uint Version { get; } = version;

    /// <summary>The new bytes.</summary>
    [Id(2)]
    public byte[] Content { get; } = content;
}

/// <summary>What became of a swap.</summary>
/// <param name="outcome"><see cref="Kept"/>, <see cref="Conflict"/> or <see cref="Unavailable"/>.</param>
/// <param name="version">The version that is kept now.</param>
/// <param name="content">The bytes of a conflict: what is kept instead; else null.</param>
/// <param name="reason">Why the store could not keep it, for people; else empty.</param>
[GenerateSerializer, Immutable, Alias("limiter.swap-answer")]
public sealed class SwapReply(byte outcome, uint version, byte[]? content = null, string reason = "")
{
    /// <summary>The store could not keep it. Outcomes that a front-end does not know are this one to it.</summary>
    public const byte Unavailable = 0;

    /// <summary>It is kept.</summary>
    public const byte Kept = 1;

    /// <summary>Another version was found than the one expected.</summary>
    public const byte Conflict = 2;

    /// <summary><see cref="Kept"/>, <see cref="Conflict"/> or <see cref="Unavailable"/>.</summary>
    [Id(0)]
    public byte Outcome { get; } = outcome;

    /// <summary>The version that is kept now.</summary>
    [Id(1)]
    public uint Version { get; } = version;

    /// <summary>The bytes of a conflict: what is kept instead; else null.</summary>
    [Id(2)]
    public byte[]? Content { get; } = content;

    /// <summary>Why the store could not keep it, for people; else empty.</summary>
    [Id(3)]
    public string Reason { get; } = reason;
}
