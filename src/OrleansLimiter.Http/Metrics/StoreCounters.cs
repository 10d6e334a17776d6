using System.Diagnostics.Metrics;

namespace OrleansLimiter.Http;

/// <summary>
/// What an engine knows about its groups, for the metrics. A host registers one where its groups live in the same
/// process.
/// </summary>
/// <param name="LivingGroups">How many groups live now.</param>
/// <param name="SweptGroups">How many were dropped since the process began, their state decayed.</param>
/// <param name="BoundReached">How many takes were not counted because the bound on groups was reached.</param>
public sealed record EngineFigures(Func<long> LivingGroups, Func<long> SweptGroups, Func<long> BoundReached)
{
    internal void Publish(Meter meter)
    {
        meter.CreateObservableGauge("orleans_limiter.living_groups", LivingGroups, description: "Groups that live in this process.");
        meter.CreateObservableCounter(
            "orleans_limiter.swept_groups", SweptGroups, description: "Groups dropped because their state had decayed.");
        meter.CreateObservableCounter(
            "orleans_limiter.group_bound_reached",
            BoundReached,
            description: "Takes that could not be counted because the bound on living groups was reached.");
    }
}
