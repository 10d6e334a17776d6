using System.Collections.Concurrent;

namespace OrleansLimiter.Decisions;

/// <summary>The counters of one policy since the start of the process.</summary>
internal sealed class PolicyCounters(string name)
{
    public long Unlimited;
    public long Peeks;
    public long Contended;
    public long StaleGenerations;
    public long RuleConflicts;
    public long Unreachable;
    public long TooManyGroups;
    public long TooManyGroupsOfAccount;
    public long SharedEndpoint;
    public long UnknownValues;

    public string Name { get; } = name;

    public ConcurrentDictionary<string, LimitCounters> Limits { get; } = [];

    public LimitCounters For(string limit) => Limits.GetOrAdd(limit, static name => new(name));
}

/// <summary>The outcomes of one limit.</summary>
internal sealed class LimitCounters(string name)
{
    public long Allowed;
    public long Refused;
    public long Failed;
    public long Bounded;

    public string Name { get; } = name;
}
