using Orleans;

namespace OrleansLimiter.Cluster;

/// <summary>A take.</summary>
/// <param name="rules">What each bucket enforces; null at a silo that does not understand them.</param>
/// <param name="cost">Permits, 1 or more.</param>
/// <param name="id">The take's name; 0: none.</param>
/// <param name="hold">Whether other groups must still agree.</param>
[GenerateSerializer, Immutable, Alias("limiter.take")]
public sealed class TakeMessage(GroupRules? rules, int cost, long id, bool hold)
{
    /// <summary>What each bucket enforces; null at a silo that does not understand them.</summary>
    [Id(0)]
    public GroupRules? Rules { get; } = rules;

    /// <summary>Permits, 1 or more.</summary>
    [Id(1)]
    public int Cost { get; } = cost;

    /// <summary>The take's name; 0: none.</summary>
    [Id(2)]
    public long TakeId { get; } = id;

    /// <summary>Whether other groups must still agree.</summary>
    [Id(3)]
    public bool Hold { get; } = hold;

    internal static TakeMessage Of(in GroupAsk ask) => new(ask.Rules, ask.Cost, ask.Id.Value, ask.Kind == AskKind.Hold);

    internal GroupAsk ToAsk() => new(Hold ? AskKind.Hold : AskKind.Take, Rules, Cost, new(TakeId));
}

/// <summary>Makes a held take final.</summary>
/// <param name="id">The take.</param>
[GenerateSerializer, Immutable, Alias("limiter.confirm")]
public sealed class ConfirmMessage(long id)
{
    /// <summary>The take.</summary>
    [Id(0)]
    public long TakeId { get; } = id;

    internal GroupAsk ToAsk() => new(AskKind.Confirm, null, 0, new(TakeId));
}

/// <summary>Undoes a take, and reads.</summary>
/// <param name="rules">What to read; null at a silo that does not understand them.</param>
/// <param name="cost">The cost that the reading speaks of.</param>
/// <param name="id">The take.</param>
[GenerateSerializer, Immutable, Alias("limiter.return")]
public sealed class ReturnMessage(GroupRules? rules, int cost, long id)
{
    /// <summary>What to read; null at a silo that does not understand them.</summary>
    [Id(0)]
    public GroupRules? Rules { get; } = rules;

    /// <summary>The cost that the reading speaks of.</summary>
    [Id(1)]
    public int Cost { get; } = cost;

    /// <summary>The take.</summary>
    [Id(2)]
    public long TakeId { get; } = id;

    internal GroupAsk ToAsk() => new(AskKind.Return, Rules, Cost, new(TakeId));
}

/// <summary>Reads without taking.</summary>
/// <param name="rules">What to read; null at a silo that does not understand them.</param>
/// <param name="cost">The cost that the reading speaks of.</param>
[GenerateSerializer, Immutable, Alias("limiter.read")]
public sealed class ReadMessage(GroupRules? rules, int cost)
{
    /// <summary>What to read; null at a silo that does not understand them.</summary>
    [Id(0)]
    public GroupRules? Rules { get; } = rules;

    /// <summary>The cost that the reading speaks of.</summary>
    [Id(1)]
    public int Cost { get; } = cost;

    internal GroupAsk ToAsk() => new(AskKind.Read, Rules, Cost, OrleansLimiter.TakeId.None);
}

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
