using System.Collections.Concurrent;

namespace OrleansLimiter.Hosting;

/// <summary>
/// Bounds the log lines of the frameworks. Some of their lines are written for each message that fails, so their number would grow with the
/// traffic. The lines of the limiter itself pass, because it does not log requests and bounds what it logs about them.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class LogLineBound(TimeProvider time)
{
    /// <summary>The number of lines of one kind that pass at once: 10.</summary>
    public const int Burst = 10;

    /// <summary>After that, one line of a kind passes in this time: 1 s.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // A kind is a place in the code of a framework, so there is a fixed number of them.
    private readonly ConcurrentDictionary<(string Category, int EventId, LogLevel Level), Kind> _kinds = new();

    /// <summary>Whether a line can be written.</summary>
    /// <param name="category">The category of the logger.</param>
    /// <param name="eventId">The id of the event.</param>
    /// <param name="level">The level.</param>
    /// <param name="dropped">The number of lines of this kind that were not written since the last one.</param>
    public bool TryPass(string category, EventId eventId, LogLevel level, out long dropped)
    {
        dropped = 0;
        return category.StartsWith(nameof(OrleansLimiter), StringComparison.Ordinal)
            || _kinds.GetOrAdd((category, eventId.Id, level), static _ => new()).TryPass(time, out dropped);
    }

    private sealed class Kind
    {
        private readonly Lock _gate = new();
        private long _filled; // when the bucket has all of its lines again
        private long _dropped;

        public bool TryPass(TimeProvider time, out long dropped)
        {
            long now = time.GetTimestamp();
            long interval = time.TimestampFrequency * (long)Interval.TotalSeconds;
            lock (_gate)
            {
                if (_filled - now > (Burst - 1) * interval)
                {
                    dropped = ++_dropped;
                    return false;
                }

                (_filled, dropped, _dropped) = (Math.Max(_filled, now) + interval, _dropped, 0);
                return true;
            }
        }
    }
}
