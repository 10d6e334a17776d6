using Microsoft.Extensions.Hosting;

namespace OrleansLimiter.AspNetCore;

/// <summary>
/// Stops the start of an app whose endpoints require policies or limits that do not exist, or what a remote limiter cannot decide.
/// </summary>
internal sealed class EndpointCheck(
    EndpointPlans plans, PolicyCatalog catalog, IEnumerable<EndpointDataSource> sources, DecisionSource source) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Checks all endpoints, which exist when all services have started.</summary>
    /// <exception cref="InvalidOperationException">At least one name is wrong; lists all.</exception>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        Endpoint?[] endpoints = [.. sources.SelectMany(each => each.Endpoints).Distinct().Prepend(null)];
        string[] errors = [.. endpoints.SelectMany(endpoint => EndpointPlans.Errors(endpoint, plans.Global, catalog.Current))];
        errors = errors.Length > 0 || source.Remote is null ? errors : RemoteCapabilities.Errors(endpoints, plans);
        return errors.Length == 0
            ? Task.CompletedTask
            : throw new InvalidOperationException($"The limiter cannot enforce what the app requires: {string.Join("; ", errors)}");
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
