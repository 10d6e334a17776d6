using System.Net.Sockets;

namespace OrleansLimiter.Hosting;

/// <summary>Logs, at most once a second, that connections are closed because there are too many.</summary>
/// <param name="listener">The listener in the log: decisions or administration.</param>
/// <param name="clock">The clock of the second.</param>
/// <param name="log">The log.</param>
internal sealed partial class ConnectionLog(string listener, LimiterClock clock, ILogger log)
{
    /// <summary>The minimum time between two lines: 1 s.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Instant? _last;
    private long _reported;

    /// <summary>Called after each accepted connection.</summary>
    public void OnAccepted(ConnectionBound bound)
    {
        long closed = bound.Displaced + bound.Refused;
        if (closed != Volatile.Read(ref _reported) && TryBegin())
        {
            long before = Interlocked.Exchange(ref _reported, closed);
            LogReached(bound.Max, listener, closed - before);
        }
    }

    /// <summary>Called if no descriptor is left.</summary>
    public void OnExhausted(SocketException error)
    {
        if (TryBegin())
        {
            LogExhausted(error.Message, listener);
        }
    }

    private bool TryBegin()
    {
        lock (_gate)
        {
            Instant now = clock.Now;
            if (_last is { } last && now < last + Period)
            {
                return false;
            }

            _last = now;
            return true;
        }
    }

    [LoggerMessage(84, LogLevel.Warning,
        "The maximum of {Max} connections for {Listener}, or of one address, is reached; {Closed} connections were closed since the last "
        + "line, those that were idle the longest first")]
    private partial void LogReached(int max, string listener, long closed);

    [LoggerMessage(85, LogLevel.Error,
        "The process has no file descriptors left ({Reason}); idle connections for {Listener} are closed")]
    private partial void LogExhausted(string reason, string listener);
}
