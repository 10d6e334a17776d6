using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using OrleansLimiter.Policies.Decisions;
using OrleansLimiter.Policies.Files;
using OrleansLimiter.Policies.Overrides;

namespace OrleansLimiter.Http;

/// <summary>
/// What the shell counts, as instruments of one meter. Labels come from closed sets: names that a policy file gives
/// and words of this code; never an account, a path or an endpoint.
/// </summary>
internal sealed class LimiterMetrics : IDisposable
{
    public const string MeterName = "OrleansLimiter";

    // From what one decision in this process takes to what a decision across a network may take before its deadline.
    private static readonly double[] DurationBounds =
        [1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 1e-1, 2e-1, 5e-1, 1];

    private readonly ConcurrentDictionary<string, PolicyCounters> _policies = [];
    private readonly Meter _meter;
    private readonly Counter<long> _badRequests;
    private readonly Counter<long> _unknownValues;
    private readonly Counter<long> _reloads;
    private readonly Histogram<double> _durations;

    public LimiterMetrics(IMeterFactory meters, PolicyCatalog catalog, IOverrides overrides, EngineFigures? engine = null)
    {
        _meter = meters.Create(MeterName);
        _badRequests = _meter.CreateCounter<long>(
            "orleans_limiter.bad_requests", description: "Requests that were not understood or not let in, by reason.");
        _unknownValues = _meter.CreateCounter<long>(
            "orleans_limiter.unknown_attribute_values",
            description: "Values that a closed attribute does not know and that counted as its default.");
        _reloads = _meter.CreateCounter<long>(
            "orleans_limiter.policy_changes", description: "Changes of policy files, applied or refused.");
        _durations = _meter.CreateHistogram(
            "orleans_limiter.decision.duration",
            unit: "s",
            description: "Time to a decision, without reading the request and writing the answer.",
            tags: null,
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBounds });
        PolicyInstruments.Create(_meter, () => _policies.Values);
        _meter.CreateObservableGauge(
            "orleans_limiter.policy_generation",
            () => catalog.Current.Policies.Select(pair => new Measurement<long>(
                pair.Value.Policy.Definition.Generation, new KeyValuePair<string, object?>("policy", pair.Key))),
            description: "The generation of each policy in force.");
        _meter.CreateObservableGauge(
            "orleans_limiter.overrides", () => (long)overrides.Current.Count, description: "Overrides in the table.");
        engine?.Publish(_meter);
    }

    public Meter Meter => _meter;

    public void BadRequest(ProblemReason reason) => _badRequests.Add(1, new KeyValuePair<string, object?>("reason", Label(reason)));

    public void UnknownValues(string policy, int count)
    {
        if (count > 0)
        {
            _unknownValues.Add(count, new KeyValuePair<string, object?>("policy", policy));
        }
    }

    public void PolicyChange(bool applied) =>
        _reloads.Add(1, new KeyValuePair<string, object?>("outcome", applied ? "applied" : "refused"));

    /// <summary>The counters of a policy's name; they outlive every version of its file, because counters never fall.</summary>
    public PolicyCounters For(string policy) => _policies.GetOrAdd(policy, static name => new(name));

    public void Decided(PolicyTally tally, in Decision decision, bool peek, TimeSpan took)
    {
        tally.Count(in decision, peek);
        _durations.Record(
            took.TotalSeconds,
            new KeyValuePair<string, object?>("policy", decision.Policy.Name),
            new KeyValuePair<string, object?>("outcome", decision.Allowed ? Outcomes.Allowed : Outcomes.Refused));
    }

    public void Dispose() => _meter.Dispose();

    private static string Label(ProblemReason reason) => reason switch
    {
        ProblemReason.BodyTooLarge => "body_too_large",
        ProblemReason.ContentType => "content_type",
        ProblemReason.NotFound => "not_found",
        _ => reason.ToString().ToLowerInvariant(),
    };
}
