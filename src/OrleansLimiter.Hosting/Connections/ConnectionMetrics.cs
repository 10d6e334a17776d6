using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace OrleansLimiter.Hosting;

/// <summary>
/// Publishes the connections of the listeners. The server publishes why it closed a connection in its own meter, which is read here because
/// <c>/metrics</c> has the meter of the limiter only.
/// </summary>
internal sealed class ConnectionMetrics : IHostedService, IDisposable
{
    private const string ServerMeter = "Microsoft.AspNetCore.Server.Kestrel";
    private const string ServerDuration = "kestrel.connection.duration";
    private const string ServerReason = "error.type";

    private readonly MeterListener _server = new();
    private readonly ConcurrentDictionary<string, long> _byServer = [];

    public ConnectionMetrics(LimiterMetrics metrics, HttpConnections connections, HostSettings settings)
    {
        (string Name, ConnectionBound Bound) administration = ("administration", connections.Administration);
        (string Name, ConnectionBound Bound)[] listeners =
            settings.FrontEnd ? [("decisions", connections.Decisions), administration] : [administration];
        metrics.Meter.CreateObservableGauge(
            "orleans_limiter.open_connections",
            () => listeners.Select(listener => new Measurement<long>(listener.Bound.Open, Tag("listener", listener.Name))),
            description: "Open HTTP connections.");
        metrics.Meter.CreateObservableGauge(
            "orleans_limiter.max_connections",
            () => listeners.Select(listener => new Measurement<long>(listener.Bound.Max, Tag("listener", listener.Name))),
            description: "The maximum of open HTTP connections.");
        metrics.Meter.CreateObservableCounter(
            "orleans_limiter.closed_connections",
            () => listeners.SelectMany(Closed),
            description: "Connections that the limiter closed: idle and displaced by new ones, too many of an address, or not read.");
        metrics.Meter.CreateObservableCounter(
            "orleans_limiter.connection_errors",
            () => _byServer.Select(pair => new Measurement<long>(pair.Value, Tag("reason", pair.Key))),
            description: "Connections that the HTTP server ended with an error, by its error type.");
        object? scope = metrics.Meter.Scope;
        _server.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == ServerDuration && instrument.Meter.Name == ServerMeter && ReferenceEquals(instrument.Meter.Scope, scope))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _server.SetMeasurementEventCallback<double>((_, _, tags, _) => OnClosed(tags));
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _server.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _server.Dispose();

    private static IEnumerable<Measurement<long>> Closed((string Name, ConnectionBound Bound) listener)
    {
        yield return new(listener.Bound.Displaced, Tag("listener", listener.Name), Tag("reason", "displaced"));
        yield return new(listener.Bound.Refused, Tag("listener", listener.Name), Tag("reason", "address"));
        yield return new(listener.Bound.Unread, Tag("listener", listener.Name), Tag("reason", "unread"));
    }

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    // The values are a fixed set of the server.
    private void OnClosed(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach ((string name, object? value) in tags)
        {
            if (name == ServerReason && value is string reason)
            {
                _byServer.AddOrUpdate(reason, 1, static (_, count) => count + 1);
            }
        }
    }
}
