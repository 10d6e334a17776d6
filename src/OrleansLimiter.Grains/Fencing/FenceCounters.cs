using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Grains;

/// <summary>How often and for how long a fence was closed. It is not thread-safe, except for the metrics.</summary>
internal sealed partial class FenceCounters
{
    private readonly ILogger _log;
    private readonly Throttle _lines;
    private bool _isLogged;
    private long _closures;
    private long _closedFor;
    private long _since = long.MinValue;

    public FenceCounters(LivingGroups groups, IMeterFactory meters, ILogger log)
    {
        (_log, _lines) = (log, new(groups.Clock));
        Meter meter = meters.Create(ClusterFrontEndServices.MeterName);
        meter.CreateObservableCounter(
            "orleans_limiter.fences", () => Closures,
            description: "How often this silo began to decide nothing, because no other one heard it.");
        meter.CreateObservableCounter(
            "orleans_limiter.fenced", () => ClosedFor(groups.Clock.Now).TotalSeconds, unit: "s",
            description: "The time in which this silo decided nothing, because no other silo heard it.");
        meter.CreateObservableCounter(
            "orleans_limiter.fenced_decisions", () => groups.Fenced,
            description: "Decisions that this silo left to on-failure, because no other silo heard it.");
    }

    /// <summary>The number of times that the fence was closed.</summary>
    public long Closures => Interlocked.Read(ref _closures);

    /// <summary>Since when the fence is closed; null while it is open.</summary>
    public Instant? Since => Interlocked.Read(ref _since) is var since && since == long.MinValue ? null : new(since);

    /// <summary>The time for which the fence was closed.</summary>
    public TimeSpan ClosedFor(Instant now) => new(Interlocked.Read(ref _closedFor) + (Since is { } since ? (now - since).Ticks : 0));

    /// <summary>Records whether the fence is closed. Logs a change, at most one closure per second.</summary>
    /// <param name="now">Now.</param>
    /// <param name="state">The state of the fence.</param>
    public void Observe(Instant now, FenceState state)
    {
        bool isClosed = now >= state.DecidesUntil;
        if (isClosed == Since is not null)
        {
            return;
        }

        if (isClosed)
        {
            // It closes by itself when the time has passed, also while the process is suspended.
            Interlocked.Increment(ref _closures);
            Interlocked.Exchange(ref _since, state.IsDead ? now.Ticks : state.DecidesUntil.Ticks);
            LogClosed(state);
            return;
        }

        TimeSpan closed = now - Since!.Value;
        Interlocked.Add(ref _closedFor, closed.Ticks);
        Interlocked.Exchange(ref _since, long.MinValue);
        if (_isLogged)
        {
            LogOpened(closed);
        }
    }

    private void LogClosed(FenceState state)
    {
        if (state.IsDead)
        {
            LogDead();
        }
        else if (_isLogged = _lines.TryPass())
        {
            LogUnheard(state.Peers.Count, string.Join(", ", state.Peers));
        }
    }

    [LoggerMessage(65, LogLevel.Warning,
        "This silo decides nothing from now on, because none of the {Count} other active silos ({Silos}) acknowledges its heartbeats. "
        + "on-failure decides for its keys. Further lines within 1 s are not logged")]
    private partial void LogUnheard(int count, string silos);

    [LoggerMessage(66, LogLevel.Information, "This silo decides again after {Elapsed}")]
    private partial void LogOpened(TimeSpan elapsed);

    [LoggerMessage(67, LogLevel.Error,
        "This silo decides nothing any more: the other silos have declared it dead, and count for its keys. Its process ends when it has "
        + "read the membership table")]
    private partial void LogDead();
}
