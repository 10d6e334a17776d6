using Microsoft.Extensions.Hosting;

namespace OrleansLimiter.AspNetCore;

/// <summary>Stops the start of an app whose endpoints require policies or limits that do not exist.</summary>
internal sealed class EndpointCheck(EndpointPlans plans, PolicyCatalog catalog, IEnumerable<EndpointDataSource> sources)
    : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Checks all endpoints, which exist when all services have started.</summary>
    /// <exception cref="InvalidOperationException">At least one name is wrong; lists all.</exception>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        string[] errors =
        [
            .. sources.SelectMany(source => source.Endpoints).Distinct().Prepend(null)
                .SelectMany(endpoint => EndpointPlans.Errors(endpoint, plans.Global, catalog.Current)),
        ];
        return errors.Length == 0
            ? Task.CompletedTask
            : throw new InvalidOperationException($"The limiter cannot enforce what the app requires: {string.Join("; ", errors)}");
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
