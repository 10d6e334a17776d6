using System.Diagnostics.Metrics;

namespace OrleansLimiter.Http;

/// <summary>The counters of a bucket store. A host registers them if its store keeps groups in the same process.</summary>
/// <param name="LivingGroups">The number of living groups.</param>
/// <param name="SweptGroups">The number of groups that decayed and were removed since the start.</param>
/// <param name="BoundReached">The number of acquisitions that were not counted because the bound on groups was reached.</param>
public sealed record StoreCounters(Func<long> LivingGroups, Func<long> SweptGroups, Func<long> BoundReached)
{
    internal void Publish(Meter meter)
    {
        meter.CreateObservableGauge("orleans_limiter.living_groups", LivingGroups, description: "Living bucket groups in this process.");
        meter.CreateObservableCounter(
            "orleans_limiter.swept_groups", SweptGroups, description: "Bucket groups removed because their state had decayed.");
        meter.CreateObservableCounter(
            "orleans_limiter.group_bound_reached",
            BoundReached,
            description: "Acquisitions that could not be counted because the bound on living bucket groups was reached.");
    }
}
