using System.Collections.Concurrent;

namespace OrleansLimiter.Http;

/// <summary>What is counted under one policy's name since the process began.</summary>
internal sealed class PolicyCounters(string name)
{
    public long Unlimited;
    public long Peeks;
    public long Contended;
    public long StaleGenerations;
    public long RuleConflicts;
    public long Unreachable;
    public long TooManyGroups;
    public long UnknownValues;

    public string Name { get; } = name;

    public ConcurrentDictionary<string, LimitCounters> Limits { get; } = [];

    public LimitCounters For(string limit) => Limits.GetOrAdd(limit, static name => new(name));
}

/// <summary>What one limit said, each time that it applied.</summary>
internal sealed class LimitCounters(string name)
{
    public long Allowed;
    public long Refused;
    public long Failed;

    public string Name { get; } = name;
}
