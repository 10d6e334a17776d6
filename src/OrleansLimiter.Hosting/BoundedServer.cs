using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace OrleansLimiter.Hosting;

/// <summary>
/// A server whose stop waits for requests in progress for a limited time, and then aborts them. Otherwise a single request could use the
/// time that the store needs for its own stop, which begins after that of the server.
/// </summary>
internal sealed class BoundedServer(IServer server, TimeSpan timeout) : IServer
{
    public IFeatureCollection Features => server.Features;

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull => server.StartAsync(application, cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(timeout);
        await server.StopAsync(end.Token);
    }

    public void Dispose() => server.Dispose();
}

internal static class BoundedServerServices
{
    /// <summary>Bounds the stop of the server that was added.</summary>
    public static void BoundServerStop(this IServiceCollection services, TimeSpan timeout)
    {
        ServiceDescriptor server = services.Last(service => service.ServiceType == typeof(IServer));
        services.AddSingleton<IServer>(provider =>
            new BoundedServer((IServer)ActivatorUtilities.CreateInstance(provider, server.ImplementationType!), timeout));
    }
}
