using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Silo;

/// <summary>
/// The connections to a port of Orleans. Bounds their number, and closes those that do not send a <see cref="ConnectionPreamble"/>: Orleans
/// has no option for either.
/// </summary>
/// <param name="port">The port in the log and in metrics: <c>silo</c> or <c>gateway</c>.</param>
/// <param name="max">The maximum of connections, those without a preamble included.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The log, which gets at most one line a second.</param>
internal sealed partial class InboundConnections(string port, int max, TimeProvider time, ILogger log)
{
    /// <summary>The maximum of connections that have not sent a preamble: 32. Beyond it, the oldest of them is closed.</summary>
    public const int MaxPending = 32;

    /// <summary>The maximum time for the preamble: 10 s.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LogPeriod = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly LinkedList<CancellationTokenSource> _pending = [];
    private int _open;
    private long _refused;
    private long _withoutPreamble;
    private long _reported;
    private long? _lastLine;

    /// <summary>The port.</summary>
    public string Port => port;

    /// <summary>The number of open connections.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>The number of connections that were closed because there were too many.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>The number of connections that were closed because they sent no preamble, or something else.</summary>
    public long WithoutPreamble => Interlocked.Read(ref _withoutPreamble);

    /// <summary>Serves a connection. Returning ends it.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate serve)
    {
        try
        {
            if (Interlocked.Increment(ref _open) > max)
            {
                Close(connection, ref _refused);
            }
            else if (!await HasPreambleAsync(connection))
            {
                Close(connection, ref _withoutPreamble);
            }
            else
            {
                await serve(connection);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task<bool> HasPreambleAsync(ConnectionContext connection)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        LinkedListNode<CancellationTokenSource> pending = Enter(timeout);
        try
        {
            return await ConnectionPreamble.WaitAsync(connection.Transport.Input, timeout.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            lock (_gate)
            {
                if (pending.List is not null)
                {
                    _pending.Remove(pending);
                }
            }
        }
    }

    private LinkedListNode<CancellationTokenSource> Enter(CancellationTokenSource timeout)
    {
        lock (_gate)
        {
            if (_pending.Count >= MaxPending)
            {
                CancellationTokenSource oldest = _pending.First!.Value;
                _pending.RemoveFirst();

                // On another thread, because it continues the other connection. It may have been disposed meanwhile.
                ThreadPool.UnsafeQueueUserWorkItem(static one => Cancel(one), oldest, preferLocal: false);
            }

            return _pending.AddLast(timeout);
        }
    }

    private static void Cancel(CancellationTokenSource one)
    {
        try
        {
            one.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Its connection has sent the preamble at the same moment.
        }
    }

    private void Close(ConnectionContext connection, ref long counter)
    {
        Interlocked.Increment(ref counter);
        connection.Abort(new ConnectionAbortedException("The connection is not one of Orleans, or there are too many."));
        lock (_gate)
        {
            long now = time.GetTimestamp();
            if (_lastLine is { } last && time.GetElapsedTime(last, now) < LogPeriod)
            {
                return;
            }

            long closed = Refused + WithoutPreamble;
            LogClosed(closed - _reported, port, max);
            (_lastLine, _reported) = (now, closed);
        }
    }

    [LoggerMessage(86, LogLevel.Warning,
        "{Closed} connections to the {Port} port of Orleans were closed since the last line, because they sent no handshake in time, or were "
        + "more than {Max}")]
    private partial void LogClosed(long closed, string port, int max);
}
