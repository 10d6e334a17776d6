using System.Net.Sockets;

namespace OrleansLimiter.Hosting;

/// <summary>
/// Tests once a second whether the process can open a file. If not, because other parts of the process use more descriptors than are
/// reserved for them, idle connections are closed: the runtime ends a process that has had no descriptors for some seconds.
/// </summary>
/// <param name="connections">The connections of the host.</param>
/// <param name="clock">The clock of the period.</param>
internal sealed class DescriptorWatch(HttpConnections connections, LimiterClock clock) : IHostedService, IDisposable
{
    /// <summary>The time between two tests: 1 s.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>The number of connections that are closed at once: 32.</summary>
    public const int ClosedAtOnce = 32;

    private ITimer? _timer;

    /// <summary>Uses a descriptor for a moment.</summary>
    public Action Test { get; init; } = static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp).Dispose();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = clock.Time.CreateTimer(static watch => ((DescriptorWatch)watch!).Check(), this, Period, Period);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    /// <summary>Closes idle connections if no descriptor is left.</summary>
    public void Check()
    {
        try
        {
            Test();
        }
        catch (SocketException error)
        {
            connections.Decisions.Displace(ClosedAtOnce);
            connections.DecisionsLog.OnExhausted(error);
        }
    }
}
