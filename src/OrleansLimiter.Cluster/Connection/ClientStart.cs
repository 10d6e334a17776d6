using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Keeps the host from starting the client of Orleans, which would block the start of the host until a silo is found.
/// <see cref="ClusterClientService"/> starts it instead. Services that have nothing to do with the client are not changed.
/// </summary>
internal static class ClientStart
{
    /// <summary>Keeps the host from starting a client that was added before.</summary>
    public static void Detach(IServiceCollection services)
    {
        for (int i = 0; i < services.Count; i++)
        {
            if (IsOfOrleans(services[i]))
            {
                Func<IServiceProvider, object> create = services[i].ImplementationFactory!;
                services[i] = ServiceDescriptor.Singleton(provider => WithoutClient((IHostedService)create(provider)));
            }
        }
    }

    /// <summary>
    /// Keeps the host from starting a client that was added afterwards. The host has its services from the same array, which the container
    /// creates once if all hosted services are singletons. False if it does not.
    /// </summary>
    public static bool TryDetach(IServiceProvider services, IHostedService client)
    {
        IEnumerable<IHostedService> all = services.GetServices<IHostedService>();
        if (!all.Contains(client))
        {
            return true;
        }

        if (all is not IHostedService[] shared || !ReferenceEquals(all, services.GetServices<IHostedService>()))
        {
            return false;
        }

        shared[Array.IndexOf(shared, client)] = new Nothing();
        return true;
    }

    // Orleans adds the client by a factory, whose result tells what it is.
    private static bool IsOfOrleans(ServiceDescriptor service) =>
        service.ServiceType == typeof(IHostedService) && !service.IsKeyedService
        && service.ImplementationFactory?.Method.Module.Assembly == typeof(IClusterClient).Assembly;

    private static IHostedService WithoutClient(IHostedService service) => service is IClusterClient ? new Nothing() : service;

    private sealed class Nothing : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
