using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace OrleansLimiter.AttackBenchmarks;

/// <summary>
/// A caller with 30 requests per second of an account of its own, over one connection that it keeps. It connects again once when the
/// connection was closed before a request. It has a thread of its own, so that it does not wait for the attackers.
/// </summary>
internal sealed class HonestCaller
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1.0 / 30);
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);
    private static readonly byte[] s_request = Raw.Authorize("honest", "X-Account-Id", "honest", "/v1/things");

    private readonly int _port;
    private readonly byte[] _buffer = new byte[4096];
    private readonly List<double> _micros = [];
    private readonly Thread _thread;
    private volatile bool _ended;
    private int _failures;
    private Socket? _socket;

    public HonestCaller(int port)
    {
        _port = port;
        _thread = new(Run) { IsBackground = true, Priority = ThreadPriority.Highest };
        _thread.Start();
    }

    /// <summary>Stops, and returns the times of answers with 200 in microseconds, in ascending order, and the number of other requests.</summary>
    public (double[] Micros, int Failures) Stop()
    {
        _ended = true;
        _thread.Join();
        _socket?.Dispose();
        return ([.. _micros.Order()], _failures);
    }

    private void Run()
    {
        long due = Stopwatch.GetTimestamp();
        while (!_ended)
        {
            long began = Stopwatch.GetTimestamp();
            if (TryRequest() || TryRequest())
            {
                _micros.Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
            }
            else
            {
                _failures++;
            }

            due += (long)(Period.TotalSeconds * Stopwatch.Frequency);
            TimeSpan early = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (early > TimeSpan.Zero)
            {
                Thread.Sleep(early);
            }
            else
            {
                due = Stopwatch.GetTimestamp();
            }
        }
    }

    private bool TryRequest()
    {
        try
        {
            _socket ??= Connect();
            _socket.Send(s_request);
            int read = _socket.Receive(_buffer);
            if (_buffer.AsSpan(0, read).StartsWith("HTTP/1.1 200"u8))
            {
                return true;
            }
        }
        catch (SocketException)
        {
            // The caller connects again.
        }

        _socket?.Dispose();
        _socket = null;
        return false;
    }

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            SendTimeout = (int)MaxWait.TotalMilliseconds,
            ReceiveTimeout = (int)MaxWait.TotalMilliseconds,
        };
        socket.Connect(IPAddress.Loopback, _port);
        return socket;
    }
}
