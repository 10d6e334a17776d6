using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace OrleansLimiter.AspNetCore;

/// <summary>Adds the limiter to the services of an app.</summary>
public static partial class OrleansLimiterServices
{
    /// <summary>
    /// Adds the limiter with a store in the memory of this process. The middleware <see cref="OrleansLimiterApp.UseOrleansLimiter"/>
    /// enforces its policies, and any service can use the <see cref="Limiter"/>.
    /// </summary>
    /// <param name="services">The services of the app.</param>
    /// <param name="configure">Sets the options; names at least one policy file or folder.</param>
    /// <returns>A builder, for methods that choose where the counts are.</returns>
    public static LimiterBuilder AddOrleansLimiter(this IServiceCollection services, Action<OrleansLimiterOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<OrleansLimiterOptions>().Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new LimiterClock(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(LoadPolicies);
        services.TryAddSingleton(CreateStore);
        services.TryAddSingleton(OpenOverrides);
        services.AddMetrics().TryAddSingleton<DecisionCounters>();
        services.TryAddSingleton(provider => new Limiter(
            provider.GetRequiredService<PolicyCatalog>(), provider.GetRequiredService<IBucketStore>(),
            provider.GetRequiredService<IOverrides>(), provider.GetRequiredService<LimiterClock>(), provider.GetService<LimiterOptions>())
        {
            Counters = provider.GetRequiredService<DecisionCounters>(),
        });
        services.TryAddSingleton(provider => new DecisionSource(provider.GetRequiredService<Limiter>()));
        services.TryAddSingleton<EndpointPlans>();
        services.TryAddSingleton<Refusals>();
        services.TryAddSingleton(provider => new RequestReader(OptionsOf(provider)));
        services.TryAddSingleton(PolicyRateLimiters.Create);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, LimiterService>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, EndpointCheck>());
        return new(services);
    }

    private static OrleansLimiterOptions OptionsOf(IServiceProvider services) =>
        services.GetRequiredService<IOptions<OrleansLimiterOptions>>().Value;

    private static string PathOf(IServiceProvider services, string path) =>
        Path.Combine(services.GetService<IHostEnvironment>()?.ContentRootPath ?? "", path);

    private static PolicyCatalog LoadPolicies(IServiceProvider services)
    {
        IEnumerable<string> paths = OptionsOf(services).Policies.Select(path => PathOf(services, path));
        PolicyCatalogLoad load = PolicyCatalog.Load([.. paths], services.GetRequiredService<LimiterClock>().Time);
        ILogger log = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(OrleansLimiterServices));
        foreach (PolicyError warning in load.Warnings)
        {
            LogWarning(log, DisplayText.Escape(warning.ToString()));
        }

        return load.Catalog ?? throw new InvalidOperationException(
            $"The limiter cannot start: {string.Join("; ", load.Errors.Select(error => DisplayText.Escape(error.ToString())))}");
    }

    private static IBucketStore CreateStore(IServiceProvider services) => new InProcessBucketStore(
        services.GetRequiredService<LimiterClock>(), OptionsOf(services).MaxGroups, OptionsOf(services).MaxGroupMemory);

    private static IOverrides OpenOverrides(IServiceProvider services)
    {
        TimeProvider time = services.GetRequiredService<LimiterClock>().Time;
        return OptionsOf(services).OverridesFile is { } file
            ? OverrideStore.Open(PathOf(services, file), time)
            : new MemoryOverrides(time);
    }

    [LoggerMessage(13, LogLevel.Warning, "{Warning}")]
    private static partial void LogWarning(ILogger log, string warning);
}
