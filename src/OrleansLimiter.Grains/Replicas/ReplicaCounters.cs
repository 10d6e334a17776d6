using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Grains;

/// <summary>The counters of replicas since the start.</summary>
public sealed partial class ReplicaCounters
{
    private readonly ILogger _log;
    private readonly Throttle _warnings;
    private long _sent;
    private long _sentBytes;
    private long _recovered;
    private long _fresh;
    private long _refused;
    private long _dropped;

    internal ReplicaCounters(LimiterClock clock, IMeterFactory meters, ReplicaStore store, Func<TimeSpan> lag, ILogger log)
    {
        (_log, _warnings) = (log, new(clock));
        Meter meter = meters.Create(ClusterFrontEndServices.MeterName);
        meter.CreateObservableGauge(
            "orleans_limiter.replica_lag", () => lag().TotalSeconds, "s",
            "The time for which acquisitions of this silo were not in a replica yet: what a crash loses.");
        meter.CreateObservableCounter(
            "orleans_limiter.replicated_groups", () => Sent, description: "States of bucket groups that other silos have acknowledged.");
        meter.CreateObservableCounter(
            "orleans_limiter.replicated", () => SentBytes, "By", "Bytes of these states, with the keys of their groups.");
        meter.CreateObservableGauge(
            "orleans_limiter.replicas", () => store.Count, description: "Replicas that this silo keeps for others.");
        meter.CreateObservableGauge(
            "orleans_limiter.replica_memory", () => store.Bytes, "By", "The memory of these replicas, an estimate.");
        meter.CreateObservableCounter(
            "orleans_limiter.recovered_groups",
            () => (Measurement<long>[])[Of("outcome", "recovered", Recovered), Of("outcome", "fresh", Fresh)],
            description: "Bucket groups that were activated after a silo had left: from a replica, or empty after other silos were asked.");
        meter.CreateObservableCounter(
            "orleans_limiter.replicas_refused",
            () => (Measurement<long>[])[Of("reason", "message", Refused), Of("reason", "memory", Dropped)],
            description: "Messages with replicas that this silo could not read, and replicas for which it had no memory.");
    }

    /// <summary>The number of states that other silos have acknowledged.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>The bytes of these states.</summary>
    public long SentBytes => Interlocked.Read(ref _sentBytes);

    /// <summary>The number of groups that continue from a replica.</summary>
    public long Recovered => Interlocked.Read(ref _recovered);

    /// <summary>The number of groups that other silos were asked for, and for which none had a replica.</summary>
    public long Fresh => Interlocked.Read(ref _fresh);

    /// <summary>The number of refused messages.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>The number of replicas for which there was no memory.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    internal void OnSent(int groups, int bytes)
    {
        Interlocked.Add(ref _sent, groups);
        Interlocked.Add(ref _sentBytes, bytes);
    }

    internal void OnRecovered() => Interlocked.Increment(ref _recovered);

    internal void OnFresh() => Interlocked.Increment(ref _fresh);

    internal void OnDropped(int replicas) => Interlocked.Add(ref _dropped, replicas);

    /// <summary>Counts a refused message or state, and logs it, at most one line per second.</summary>
    internal void OnRefused(string from, string reason)
    {
        Interlocked.Increment(ref _refused);
        if (_warnings.TryPass())
        {
            LogRefused(from, reason);
        }
    }

    /// <summary>Logs an error of a pass, at most one line per second.</summary>
    internal void OnFailed(Exception error)
    {
        if (_warnings.TryPass())
        {
            LogFailed(error);
        }
    }

    private static Measurement<long> Of(string key, string value, long count) => new(count, new KeyValuePair<string, object?>(key, value));

    [LoggerMessage(65, LogLevel.Warning,
        "A replication message of silo {From} is refused: {Reason}. Its groups have no replica here. If this does not end, upgrade all "
        + "silos to one version. Further refusals within 1 s are not logged")]
    private partial void LogRefused(string from, string reason);

    [LoggerMessage(66, LogLevel.Error,
        "A pass that sends replicas has failed; the next one is tried. A crash loses more while this continues. Please report it")]
    private partial void LogFailed(Exception error);
}
