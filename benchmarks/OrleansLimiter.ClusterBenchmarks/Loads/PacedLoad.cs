using System.Diagnostics;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>
/// A load of a fixed rate over a fixed number of connections. A wait counts from when the request was due, so what
/// waits for a free connection counts as well. One thread that never sleeps: timers are coarser than what is measured.
/// </summary>
internal sealed class PacedLoad : IDisposable
{
    public const int Connections = 64;

    private readonly HttpConnection[] _connections;
    private readonly byte[][] _requests;
    private int _next;

    /// <summary>Opens the connections.</summary>
    /// <param name="port">Of loopback.</param>
    /// <param name="requests">Requests as they go over the wire, asked in turn.</param>
    public PacedLoad(int port, byte[][] requests)
    {
        _requests = requests;
        _connections = [.. Enumerable.Range(0, Connections).Select(_ => new HttpConnection(port))];
    }

    /// <summary>Asks so many times, so many a second; infinity is as fast as they are answered.</summary>
    public Outcome Run(double perSecond, long count)
    {
        var waits = new Waits();
        var idle = new Stack<HttpConnection>(_connections);
        var busy = new List<HttpConnection>(Connections);
        double ticksEach = Stopwatch.Frequency / perSecond;
        long began = Stopwatch.GetTimestamp();
        for (long sent = 0; waits.Count < count;)
        {
            while (sent < count && idle.Count > 0 && DueAt(sent) is var due && due <= Stopwatch.GetTimestamp())
            {
                HttpConnection connection = idle.Pop();
                connection.Send(_requests[_next++ % _requests.Length], ticksEach == 0 ? Stopwatch.GetTimestamp() : due);
                busy.Add(connection);
                sent++;
            }

            for (int i = busy.Count - 1; i >= 0; i--)
            {
                HttpConnection connection = busy[i];
                if (connection.TryReceive())
                {
                    waits.Add(Stopwatch.GetTimestamp() - connection.Due);
                    busy.RemoveAt(i);
                    idle.Push(connection);
                }
            }

            Thread.Yield();
        }

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return new(count, seconds, waits.At(0.5), waits.At(0.99), waits.At(0.999));

        long DueAt(long number) => began + (long)(number * ticksEach);
    }

    public void Dispose() => Array.ForEach(_connections, connection => connection.Dispose());
}
