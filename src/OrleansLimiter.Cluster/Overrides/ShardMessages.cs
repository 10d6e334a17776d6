namespace OrleansLimiter.Cluster;

/// <summary>The current content of a table of overrides.</summary>
[GenerateSerializer, Immutable, Alias("limiter.shard")]
public sealed class ShardMessage(int shard, uint version, byte[] content)
{
    /// <summary>The number of the table.</summary>
    [Id(0)] public int Shard { get; } = shard;

    /// <summary>The version of the table.</summary>
    [Id(1)] public uint Version { get; } = version;

    /// <summary>The table as bytes.</summary>
    [Id(2)] public byte[] Content { get; } = content;
}

/// <summary>Subscribes a front-end.</summary>
[GenerateSerializer, Immutable, Alias("limiter.renew")]
public sealed class RenewMessage(IOverrideObserver observer, uint version)
{
    /// <summary>The front-end.</summary>
    [Id(0)] public IOverrideObserver Observer { get; } = observer;

    /// <summary>The version that the front-end has; 0 for none.</summary>
    [Id(1)] public uint Version { get; } = version;
}

/// <summary>The reply to a <see cref="RenewMessage"/>.</summary>
[GenerateSerializer, Immutable, Alias("limiter.renew-answer")]
public sealed class RenewReply(uint version, byte[]? content)
{
    /// <summary>The stored version; 0 if the table was never changed.</summary>
    [Id(0)] public uint Version { get; } = version;

    /// <summary>The table as bytes; null if the front-end has this version or a newer one.</summary>
    [Id(1)] public byte[]? Content { get; } = content;
}

/// <summary>Replaces a table.</summary>
[GenerateSerializer, Immutable, Alias("limiter.swap")]
public sealed class SwapMessage(uint expected, uint version, byte[] content)
{
    /// <summary>The version to replace.</summary>
    [Id(0)] public uint Expected { get; } = expected;

    /// <summary>The new version, higher than the version to replace.</summary>
    [Id(1)] public uint Version { get; } = version;

    /// <summary>The new table as bytes.</summary>
    [Id(2)] public byte[] Content { get; } = content;
}

/// <summary>The reply to a <see cref="SwapMessage"/>.</summary>
[GenerateSerializer, Immutable, Alias("limiter.swap-answer")]
public sealed class SwapReply(byte outcome, uint version, byte[]? content = null, string reason = "")
{
    /// <summary>The storage did not store the table. A front-end treats an unknown outcome like this one.</summary>
    public const byte Unavailable = 0;

    /// <summary>The table is stored.</summary>
    public const byte Stored = 1;

    /// <summary>The stored version is not the expected one.</summary>
    public const byte Conflict = 2;

    /// <summary><see cref="Stored"/>, <see cref="Conflict"/> or <see cref="Unavailable"/>.</summary>
    [Id(0)] public byte Outcome { get; } = outcome;

    /// <summary>The version that is stored now.</summary>
    [Id(1)] public uint Version { get; } = version;

    /// <summary>After a conflict: the stored table as bytes. Otherwise null.</summary>
    [Id(2)] public byte[]? Content { get; } = content;

    /// <summary>The error message of the storage; empty if there is none.</summary>
    [Id(3)] public string Reason { get; } = reason;
}
