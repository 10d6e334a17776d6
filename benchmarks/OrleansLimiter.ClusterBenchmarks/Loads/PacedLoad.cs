using System.Diagnostics;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>
/// A load with a fixed rate over a fixed number of connections. A wait begins when the request was due, so it includes
/// the wait for a free connection. One thread, which never sleeps, because timers are coarser than the measured times.
/// </summary>
internal sealed class PacedLoad : IDisposable
{
    public const int Connections = 64;

    private readonly HttpConnection[] _connections;
    private readonly byte[][] _requests;
    private int _next;

    /// <summary>Opens the connections.</summary>
    /// <param name="port">The port on loopback.</param>
    /// <param name="requests">The bytes of requests, which are sent in turn.</param>
    public PacedLoad(int port, byte[][] requests)
    {
        _requests = requests;
        _connections = [.. Enumerable.Range(0, Connections).Select(_ => new HttpConnection(port))];
    }

    /// <summary>Sends a number of requests at a rate per second. Infinity sends the next request with each response.</summary>
    public Outcome Run(double perSecond, long count)
    {
        var waits = new Waits();
        long refused = 0;
        Array.ForEach(_connections, connection => connection.Refresh());
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
                    refused += connection.IsSuccess ? 0 : 1;
                    busy.RemoveAt(i);
                    idle.Push(connection);
                }
            }

            Thread.Yield();
        }

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return new(count, seconds, waits.At(0.5), waits.At(0.99), waits.At(0.999), refused);

        long DueAt(long number) => began + (long)(number * ticksEach);
    }

    public void Dispose() => Array.ForEach(_connections, connection => connection.Dispose());
}
