using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OrleansLimiter.Decisions;

/// <summary>
/// Configures the limiter of an application. Packages add methods that choose where the counts are, such as the memory of a cluster.
/// </summary>
/// <remarks>
/// The services of a limiter are singletons: <see cref="LimiterClock"/>, <see cref="PolicyCatalog"/>, <see cref="IBucketStore"/>, <see
/// cref="IOverrides"/>, <see cref="Limiter"/> and, optionally, <see cref="LimiterOptions"/>. The last registration of a service counts, and
/// a service that is replaced is never created.
/// </remarks>
/// <param name="services">The services of the application.</param>
public sealed class LimiterBuilder(IServiceCollection services)
{
    /// <summary>The services of the application.</summary>
    public IServiceCollection Services { get; } = services;

    /// <summary>Replaces the store, which holds the counts. Default: a store in the memory of this process.</summary>
    /// <param name="create">Creates the store. It is called once.</param>
    /// <returns>This builder.</returns>
    public LimiterBuilder UseStore(Func<IServiceProvider, IBucketStore> create)
    {
        Services.Replace(ServiceDescriptor.Singleton(create));
        return this;
    }

    /// <summary>Replaces the overrides. Default: in the memory of this process, or in a file.</summary>
    /// <param name="create">Creates the overrides. It is called once.</param>
    /// <returns>This builder.</returns>
    public LimiterBuilder UseOverrides(Func<IServiceProvider, IOverrides> create)
    {
        Services.Replace(ServiceDescriptor.Singleton(create));
        return this;
    }
}
