using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>The counters of the storage of counts since the start.</summary>
internal sealed partial class CountsCounters
{
    private readonly LimiterClock _clock;
    private readonly ILogger _log;
    private readonly Throttle _warnings;
    private long _stored;
    private long _loaded;
    private long _unreadable;
    private long _failed;
    private long _tooLong;
    private Instant _storedAt;

    public CountsCounters(LimiterClock clock, IMeterFactory meters, ILogger log)
    {
        (_clock, _log, _warnings, _storedAt) = (clock, log, new(clock), clock.Now);
        Meter meter = meters.Create(ClusterFrontEndServices.MeterName);
        meter.CreateObservableGauge(
            "orleans_limiter.counts_lag", () => Lag.TotalSeconds, "s",
            "The time for which acquisitions with 'survive: restart' were not in the storage of counts: what a crash of all silos loses.");
        meter.CreateObservableCounter(
            "orleans_limiter.counts_stored_groups", () => Stored, description: "States of bucket groups that were stored.");
        meter.CreateObservableCounter(
            "orleans_limiter.counts_loaded_groups",
            () => (Measurement<long>[])[Of("loaded", Loaded), Of("unreadable", Interlocked.Read(ref _unreadable))],
            description: "States of bucket groups that were read from the storage of counts at the start.");
        meter.CreateObservableCounter(
            "orleans_limiter.counts_failures",
            () => (Measurement<long>[])[Of("storage", Failed), Of("too_long", Interlocked.Read(ref _tooLong))],
            description: "Calls of the storage of counts that failed, and states that are too long for it.");
    }

    /// <summary>The time for which changes of this silo may not be stored.</summary>
    public TimeSpan Lag => _clock.Now - _storedAt;

    /// <summary>The number of states of this silo that were stored.</summary>
    public long Stored => Interlocked.Read(ref _stored);

    /// <summary>The number of groups that were read at the start.</summary>
    public long Loaded => Interlocked.Read(ref _loaded);

    /// <summary>The number of failed calls of the storage.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    public void OnPassStored(int groups, Instant began)
    {
        Interlocked.Add(ref _stored, groups);
        _storedAt = began;
    }

    public void OnTooLong(int states)
    {
        Interlocked.Add(ref _tooLong, states);
        if (states > 0 && _warnings.TryPass())
        {
            LogTooLong(CountsShard.MaxState >> 10);
        }
    }

    /// <summary>Counts a failed call, and logs it, at most one line per second.</summary>
    public void OnFailed(int shard, Exception error)
    {
        Interlocked.Increment(ref _failed);
        if (_warnings.TryPass())
        {
            LogFailed(shard, error.Message);
        }
    }

    public void OnUnreadable(int shard, Exception error)
    {
        Interlocked.Increment(ref _unreadable);
        if (error is NotSupportedException)
        {
            LogNewer(shard, error.Message);
        }
        else
        {
            LogDamaged(shard, error.Message);
        }
    }

    public void OnLoaded(int groups, int overBound, TimeSpan took)
    {
        Interlocked.Add(ref _loaded, groups);
        LogLoaded(groups, (long)took.TotalMilliseconds);
        if (overBound > 0)
        {
            LogOverBound(overBound);
        }
    }

    public void OnLate(TimeSpan waited) => LogLate((long)waited.TotalSeconds);

    private static Measurement<long> Of(string value, long count) => new(count, new KeyValuePair<string, object?>("outcome", value));

    [LoggerMessage(110, LogLevel.Information,
        "The counts of {Groups} bucket groups were read from the storage of counts in {Milliseconds} ms")]
    private partial void LogLoaded(int groups, long milliseconds);

    [LoggerMessage(111, LogLevel.Warning,
        "The storage of counts could not be read within {Seconds} s. The silo starts without the counts, and merges them when the storage "
        + "can be read")]
    private partial void LogLate(long seconds);

    [LoggerMessage(112, LogLevel.Warning,
        "The storage of counts failed for shard {Shard}: {Reason}. It is tried again; a crash of all silos loses more meanwhile. Further "
        + "failures within 1 s are not logged")]
    private partial void LogFailed(int shard, string reason);

    [LoggerMessage(113, LogLevel.Error,
        "A part of shard {Shard} of the counts is damaged ({Reason}), so its counts start at zero. The next write replaces it")]
    private partial void LogDamaged(int shard, string reason);

    [LoggerMessage(114, LogLevel.Error,
        "Shard {Shard} of the counts cannot be used: {Reason}. It is not changed. Start a version of the silo that can read it, or delete "
        + "the stored counts to start at zero")]
    private partial void LogNewer(int shard, string reason);

    [LoggerMessage(115, LogLevel.Warning,
        "The counts of {Groups} bucket groups were read but have no memory beside the living groups, so they start at zero. Raise "
        + "Limiter:MaxGroupMemory")]
    private partial void LogOverBound(int groups);

    [LoggerMessage(116, LogLevel.Warning,
        "The state of a bucket group is longer than {Limit} KiB, so it does not survive a restart. Its policy has too many values "
        + "of a key")]
    private partial void LogTooLong(int limit);
}
