using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace OrleansLimiter.Http;

/// <summary>
/// The instruments of the meter <see cref="MeterName"/>. Label values come from policy files and from this code, never from requests:
/// an account, a path or an endpoint is never a label.
/// </summary>
internal sealed class LimiterMetrics : IDisposable
{
    public const string MeterName = "OrleansLimiter";

    // From the duration of a decision in this process to the deadline of a decision over the network.
    private static readonly double[] DurationBounds =
        [1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 1e-1, 2e-1, 5e-1, 1];

    private readonly ConcurrentDictionary<string, PolicyCounters> _policies = [];
    private readonly long[] _badRequests = new long[Enum.GetValues<ProblemReason>().Length];
    private readonly Histogram<double> _durations;
    private long _applied;
    private long _refused;

    public LimiterMetrics(
        IMeterFactory meters, LimiterClock clock, RefusedRequests refused, BufferBudget budget,
        PolicyCatalog? catalog = null, IOverrides? overrides = null, StoreCounters? store = null)
    {
        Meter = meters.Create(MeterName);
        _durations = Meter.CreateHistogram(
            "orleans_limiter.decision.duration",
            unit: "s",
            description: "Duration of decisions, without reading the request and writing the response.",
            tags: null,
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBounds });
        PolicyInstruments.Create(Meter, () => _policies.Values);
        Meter.CreateObservableCounter(
            "orleans_limiter.bad_requests",
            () => Enum.GetValues<ProblemReason>().Select(reason => new Measurement<long>(
                Interlocked.Read(ref _badRequests[(int)reason]), new KeyValuePair<string, object?>("reason", reason.Label()))),
            description: "Requests that were refused with a problem, by reason.");
        if (catalog is not null && overrides is not null)
        {
            PublishPolicies(catalog, overrides, clock);
        }

        store?.Publish(Meter);
        refused.Publish(Meter);
        Meter.CreateObservableGauge(
            "orleans_limiter.buffered", () => budget.Reserved, unit: "By", description: "Bytes reserved for long bodies and responses.");
    }

    public Meter Meter { get; }

    public void BadRequest(ProblemReason reason) => Interlocked.Increment(ref _badRequests[(int)reason]);

    public void PolicyChange(bool applied) => Interlocked.Increment(ref applied ? ref _applied : ref _refused);

    /// <summary>Returns the counters of a policy. All versions of its file use the same, because counters never decrease.</summary>
    public PolicyCounters For(string policy) => _policies.GetOrAdd(policy, static name => new(name));

    public void Decided(PolicyTally tally, in Decision decision, bool peek, TimeSpan took)
    {
        tally.Count(in decision, peek);
        if (!tally.IsPublished)
        {
            return;
        }

        _durations.Record(
            took.TotalSeconds,
            new KeyValuePair<string, object?>("policy", decision.Policy.Name),
            new KeyValuePair<string, object?>("outcome", decision.Allowed ? Outcomes.Allowed : Outcomes.Refused));
    }

    public void Dispose() => Meter.Dispose();

    // Only a process that decides has policies and overrides.
    private void PublishPolicies(PolicyCatalog catalog, IOverrides overrides, LimiterClock clock)
    {
        Meter.CreateObservableCounter(
            "orleans_limiter.policy_changes",
            () => (Measurement<long>[])
            [
                new(Interlocked.Read(ref _applied), new KeyValuePair<string, object?>("outcome", "applied")),
                new(Interlocked.Read(ref _refused), new KeyValuePair<string, object?>("outcome", "refused")),
            ],
            description: "Changes of policy files, applied or refused.");
        Meter.CreateObservableGauge(
            "orleans_limiter.policy_generation",
            () => catalog.Current.Policies.Select(pair => new Measurement<long>(
                pair.Value.Policy.Definition.Generation, new KeyValuePair<string, object?>("policy", pair.Key))),
            description: "The generation of each policy in force.");
        Meter.CreateObservableGauge(
            "orleans_limiter.policies_without_file",
            () => (long)catalog.Current.Policies.Values.Count(entry => entry.MissingSince is not null),
            description: "Policies in force whose file is missing.");
        Meter.CreateObservableGauge(
            "orleans_limiter.overrides",
            () => (long)overrides.Current.CountAt(clock.UtcNow),
            description: "Overrides that have not expired.");
    }
}
