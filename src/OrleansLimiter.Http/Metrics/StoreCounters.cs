using System.Diagnostics.Metrics;

namespace OrleansLimiter.Http;

/// <summary>The counters of a bucket store. A host registers them if its store keeps groups in the same process.</summary>
/// <param name="Groups">The living groups of the store.</param>
public sealed record StoreCounters(LivingGroups Groups)
{
    /// <summary>
    /// Whether other processes would take a pause of a second for a failure, as silos do with each other. If not, the process gives all
    /// memory of a flood of keys back, which pauses it. Default: false.
    /// </summary>
    public bool MustNotPause { get; init; }

    internal void Publish(Meter meter)
    {
        meter.CreateObservableGauge(
            "orleans_limiter.living_groups", () => Groups.Count, description: "Living bucket groups in this process.");
        meter.CreateObservableGauge(
            "orleans_limiter.max_groups", () => Groups.Max, description: "The maximum number of living bucket groups in this process.");
        meter.CreateObservableGauge(
            "orleans_limiter.group_memory",
            () => Groups.Bytes,
            unit: "By",
            description: "The estimated memory of the living bucket groups in this process.");
        meter.CreateObservableGauge(
            "orleans_limiter.max_group_memory",
            () => Groups.MaxBytes,
            unit: "By",
            description: "The maximum of the estimated memory of living bucket groups in this process.");
        meter.CreateObservableCounter(
            "orleans_limiter.swept_groups", () => Groups.Swept, description: "Bucket groups removed because their state had decayed.");
        meter.CreateObservableCounter(
            "orleans_limiter.group_bound_reached",
            () => Groups.BoundReached,
            description: "Acquisitions that could not be counted because the bound on all living bucket groups was reached.");
        meter.CreateObservableCounter(
            "orleans_limiter.account_bound_reached",
            () => Groups.AccountBoundReached,
            description: "Operations that opened no bucket group because the bound on those of their account was reached.");
    }
}
