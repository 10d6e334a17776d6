using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>The counters of hand-overs since the start.</summary>
public sealed partial class HandOverCounters
{
    private readonly ILogger _log;
    private readonly Throttle _warnings;
    private long _sent;
    private long _received;
    private long _lost;

    internal HandOverCounters(LimiterClock clock, IMeterFactory meters, ILogger log)
    {
        (_log, _warnings) = (log, new(clock));
        meters.Create(ClusterFrontEndServices.MeterName).CreateObservableCounter(
            "orleans_limiter.hand_overs",
            () => (Measurement<long>[])[Of("sent", Sent), Of("received", Received), Of("lost", Lost)],
            description: "Bucket groups whose state was handed over between silos; lost groups start empty.");
    }

    /// <summary>The number of groups whose state another silo has acknowledged.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>The number of groups that continue from a state of another silo.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>The number of groups whose state could not be handed over, or could not be continued. Their counts are lost.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    internal void OnSent() => Interlocked.Increment(ref _sent);

    internal void OnReceived() => Interlocked.Increment(ref _received);

    /// <summary>Counts a lost state, and logs it, at most one line per second.</summary>
    internal void OnLost(string reason)
    {
        Interlocked.Increment(ref _lost);
        if (_warnings.TryPass())
        {
            LogLost(reason);
        }
    }

    private static Measurement<long> Of(string outcome, long groups) => new(groups, new KeyValuePair<string, object?>("outcome", outcome));

    [LoggerMessage(62, LogLevel.Warning,
        "The counts of a bucket group are lost, because {Reason}. Further losses within 1 s are not logged")]
    private partial void LogLost(string reason);
}
