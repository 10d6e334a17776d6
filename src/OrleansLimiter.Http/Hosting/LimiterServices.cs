using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace OrleansLimiter.Http;

/// <summary>Adds the limiter to the services of a host.</summary>
public static class LimiterServices
{
    /// <summary>
    /// Adds decisions, administration and metrics over HTTP, and configures the two addresses on Kestrel. The host adds the following
    /// services as singletons: <see cref="LimiterClock"/>, <see cref="IBucketStore"/>, <see cref="IOverrides"/>,
    /// <see cref="PolicyCatalog"/> and, optionally, <see cref="LimiterOptions"/> and <see cref="StoreCounters"/>. Map the
    /// endpoints with <see cref="LimiterEndpoints.MapOrleansLimiter"/>.
    /// </summary>
    /// <remarks>
    /// Kestrel then decodes the headers of all requests as Latin-1, so that it accepts all bytes. The limiter decodes the headers that
    /// it reads as UTF-8. Other endpoints of the host must do the same for text beyond ASCII.
    /// </remarks>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets options. Applied after the configuration that the host binds.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddOrleansLimiter(
        this IServiceCollection services, Action<LimiterHttpOptions>? configure = null)
    {
        services.AddHttp(configure);
        services.AddSingleton<Limiter>().AddSingleton<ServedPolicies>().AddSingleton<Decider>();
        services.AddSingleton<CheckCalls>().AddSingleton<AuthorizeCall>();
        services.AddSingleton<AccountCalls>().AddSingleton<OverrideCalls>().AddSingleton<OverrideListCall>().AddSingleton<PolicyCalls>();
        services.AddSingleton(provider => Proxies(provider.GetRequiredService<IOptions<LimiterHttpOptions>>().Value));
        services.AddSingleton<PolicyWatcher>().AddHostedService(provider => provider.GetRequiredService<PolicyWatcher>());
        services.AddHostedService<StoreErrorLogger>();
        return services.AddLimiterDescription();
    }

    /// <summary>
    /// Adds health and metrics on the administration address, for a host that makes no decisions, such as a silo behind front-ends. Map
    /// the endpoints with <see cref="LimiterEndpoints.MapLimiterOperations"/>.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets options. Applied after the configuration that the host binds.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddLimiterOperations(
        this IServiceCollection services, Action<LimiterHttpOptions>? configure = null) =>
        services.AddHttp(configure).Configure<LimiterHttpOptions>(options => options.ServesDecisions = false);

    private static IServiceCollection AddHttp(this IServiceCollection services, Action<LimiterHttpOptions>? configure)
    {
        services.AddMetrics().AddHealthChecks().AddCheck<ReadinessCheck>("limiter").AddCheck<GroupBoundMonitor>("groups-bound");
        services.AddSingleton<GroupBoundMonitor>().AddHostedService(provider => provider.GetRequiredService<GroupBoundMonitor>());
        services.AddOptions<LimiterHttpOptions>().Configure(configure ?? (_ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LimiterHttpOptions>, LimiterHttpOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<KestrelServerOptions>, KestrelSetup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, ListenerMatcherPolicy>());
        services.AddSingleton<LimiterMetrics>().AddSingleton<PrometheusExporter>().AddSingleton<OpenConnections>();
        services.AddSingleton<BufferBudget>().AddSingleton(new LongRequestQueue()).AddSingleton<BodyReader>();
        services.AddSingleton<RefusedRequests>();
        services.AddSingleton<ILoggerProvider>(provider => provider.GetRequiredService<RefusedRequests>());
        services.AddLogging(logging => logging
            .AddFilter<RefusedRequests>(category: null, LogLevel.None)
            .AddFilter<RefusedRequests>(RefusedRequests.Category, LogLevel.Debug));
        return services.AddSingleton<LimiterAddresses>().AddSingleton<Problems>().AddSingleton<AdminGuard>();
    }

    private static TrustedProxies Proxies(LimiterHttpOptions options) =>
        TrustedProxies.TryParse([.. options.TrustedProxies], out TrustedProxies proxies, out _) ? proxies : TrustedProxies.None;
}
