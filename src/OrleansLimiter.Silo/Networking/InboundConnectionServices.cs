using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace OrleansLimiter.Silo;

/// <summary>Adds the bounds on the connections to the ports of Orleans.</summary>
internal static class InboundConnectionServices
{
    private const string MeterName = "OrleansLimiter";

    public static ISiloBuilder AddInboundConnectionBounds(this ISiloBuilder silo, int maxOfEachPort)
    {
        BoundListeners(silo.Services, maxOfEachPort + InboundConnections.MaxPending);
        silo.Services.AddHostedService<Publisher>();
        silo.Services
            .AddKeyedSingleton("silo", Create)
            .AddKeyedSingleton("gateway", Create)
            .AddOptions<SiloConnectionOptions>()
            .Configure<IServiceProvider>((options, services) =>
            {
                InboundConnections silos = services.GetRequiredKeyedService<InboundConnections>("silo");
                InboundConnections gateway = services.GetRequiredKeyedService<InboundConnections>("gateway");
                options.ConfigureSiloInboundConnection(builder => Use(builder, silos));
                options.ConfigureGatewayInboundConnection(builder => Use(builder, gateway));
            });
        return silo;

        InboundConnections Create(IServiceProvider services, object? port) => new(
            (string)port!,
            maxOfEachPort,
            services.GetRequiredService<LimiterClock>().Time,
            services.GetRequiredService<ILogger<InboundConnections>>());
    }

    // The keys of the two listeners are internal objects of Orleans.
    private static void BoundListeners(IServiceCollection services, int max)
    {
        const int Ports = 2;
        ServiceDescriptor[] listeners =
            [.. services.Where(one => one.IsKeyedService && one.ServiceType == typeof(IConnectionListenerFactory))];
        if (listeners.Length != Ports)
        {
            throw new InvalidOperationException($"Orleans has {listeners.Length} listeners, not {Ports}");
        }

        foreach (ServiceDescriptor listener in listeners)
        {
            services.Remove(listener);
            services.AddKeyedSingleton<IConnectionListenerFactory>(listener.ServiceKey, (provider, key) => new SlotListener.Factory(
                (IConnectionListenerFactory)listener.KeyedImplementationFactory!(provider, key), max));
        }
    }

    private static void Use(IConnectionBuilder builder, InboundConnections connections) =>
        builder.Use(next => connection => connections.ServeAsync(connection, next));

    private sealed class Publisher(
        IMeterFactory meters,
        [FromKeyedServices("silo")] InboundConnections silos,
        [FromKeyedServices("gateway")] InboundConnections gateway)
        : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            InboundConnections[] ports = [silos, gateway];
            Meter meter = meters.Create(MeterName);
            meter.CreateObservableGauge(
                "orleans_limiter.orleans_connections",
                () => ports.Select(one => new Measurement<long>(one.Open, Port(one))),
                description: "Open connections to the ports of Orleans.");
            meter.CreateObservableCounter(
                "orleans_limiter.orleans_connections_closed",
                () => ports.SelectMany(one => (Measurement<long>[])
                [
                    new(one.WithoutPreamble, Port(one), Reason("handshake")),
                    new(one.Refused, Port(one), Reason("maximum")),
                ]),
                description: "Connections to the ports of Orleans that were closed without a handshake in time, or beyond the maximum.");
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        private static KeyValuePair<string, object?> Port(InboundConnections one) => new("port", one.Port);

        private static KeyValuePair<string, object?> Reason(string reason) => new("reason", reason);
    }
}
