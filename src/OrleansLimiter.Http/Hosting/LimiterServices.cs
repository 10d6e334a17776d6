using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Http;

/// <summary>Adds the limiter to the services of a host.</summary>
public static class LimiterServices
{
    /// <summary>
    /// Adds decisions, administration and metrics over HTTP, and configures the two addresses on Kestrel. The host adds the following
    /// services as singletons: <see cref="LimiterClock"/>, <see cref="IBucketStore"/>, <see cref="Decisions.IOverrides"/>,
    /// <see cref="Decisions.PolicyCatalog"/> and, optionally, <see cref="LimiterOptions"/> and <see cref="StoreCounters"/>. Map the
    /// endpoints with <see cref="LimiterEndpoints.MapOrleansLimiter"/>.
    /// </summary>
    /// <remarks>
    /// Kestrel then decodes the headers of requests as Latin-1, for everything that the host serves: no byte is refused. The
    /// limiter decodes those that it reads as UTF-8; what a host maps beside it must do the same where it wants text beyond ASCII.
    /// </remarks>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets options. Applied after the configuration that the host binds.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddOrleansLimiter(
        this IServiceCollection services, Action<LimiterHttpOptions>? configure = null)
    {
        services.AddShell(configure);
        services.AddSingleton<Limiter>().AddSingleton<ServedPolicies>().AddSingleton<Decider>();
        services.AddSingleton<CheckCalls>().AddSingleton<AuthorizeCall>();
        services.AddSingleton<AccountCalls>().AddSingleton<OverrideCalls>().AddSingleton<OverrideListCall>().AddSingleton<PolicyCalls>();
        services.AddSingleton(provider => Proxies(provider.GetRequiredService<IOptions<LimiterHttpOptions>>().Value));
        services.AddHostedService<PolicyWatcher>().AddHostedService<StoreErrorLogger>();
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
        services.AddShell(configure).Configure<LimiterHttpOptions>(options => options.ServesDecisions = false);

    private static IServiceCollection AddShell(this IServiceCollection services, Action<LimiterHttpOptions>? configure)
    {
        services.AddMetrics().AddHealthChecks().AddCheck<ReadinessCheck>("limiter");
        services.AddOptions<LimiterHttpOptions>().Configure(configure ?? (_ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LimiterHttpOptions>, LimiterHttpOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<KestrelServerOptions>, KestrelSetup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, ListenerMatcherPolicy>());
        services.AddSingleton<LimiterMetrics>().AddSingleton<PrometheusExporter>().AddSingleton<MetricsCall>();
        return services.AddSingleton<LimiterAddresses>().AddSingleton<Problems>().AddSingleton<AdminGuard>();
    }

    private static TrustedProxies Proxies(LimiterHttpOptions options) =>
        TrustedProxies.TryParse([.. options.TrustedProxies], out TrustedProxies proxies, out _) ? proxies : TrustedProxies.None;
}
