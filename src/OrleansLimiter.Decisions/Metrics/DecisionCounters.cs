using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace OrleansLimiter.Decisions;

/// <summary>
/// Counts the decisions of an app on the meter <c>OrleansLimiter</c>. The instruments are those of the hosts, without the duration, which
/// needs two reads of the clock for each decision.
/// </summary>
internal sealed class DecisionCounters
{
    private const string MeterName = "OrleansLimiter";

    private readonly ConcurrentDictionary<string, PolicyCounters> _policies = [];
    private readonly ConditionalWeakTable<Policy, PolicyTally> _tallies = [];

    public DecisionCounters(IMeterFactory meters) => PolicyInstruments.Create(meters.Create(MeterName), () => _policies.Values);

    /// <summary>
    /// Returns the tally of a compiled policy, or of a part of one. All versions and parts use the same counters.
    /// </summary>
    public PolicyTally For(Policy policy) => _tallies.TryGetValue(policy, out PolicyTally? tally)
        ? tally
        : _tallies.GetValue(policy, each => new(each, _policies.GetOrAdd(each.Name, static name => new(name))));
}
