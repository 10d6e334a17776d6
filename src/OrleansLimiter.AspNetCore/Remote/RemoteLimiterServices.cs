using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace OrleansLimiter.AspNetCore;

/// <summary>Lets a remote limiter decide the requests of an app.</summary>
public static class RemoteLimiterServices
{
    /// <summary>
    /// Lets a remote limiter decide, over HTTP. The app reads its policy files for the identity, the endpoint and the cost of requests, and
    /// for <c>on-failure</c>; the counts, the decisions and the responses are those of the remote limiter, which needs policies of the same
    /// names. Use the service <see cref="RemoteLimiter"/> in place of <see cref="Limiter"/>.
    /// </summary>
    /// <param name="builder">The builder of the limiter.</param>
    /// <param name="address">The address for decisions, such as <c>http://limiter:8080</c>.</param>
    /// <returns>The builder.</returns>
    public static LimiterBuilder UseRemote(this LimiterBuilder builder, string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return builder.UseRemote(options => options.Addresses.Add(address));
    }

    /// <summary>Lets a remote limiter decide. See <see cref="UseRemote(LimiterBuilder, string)"/>.</summary>
    /// <param name="builder">The builder of the limiter.</param>
    /// <param name="configure">Sets the options; adds at least one address.</param>
    /// <returns>The builder.</returns>
    public static LimiterBuilder UseRemote(this LimiterBuilder builder, Action<RemoteLimiterOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        IServiceCollection services = builder.Services;
        services.AddOptions<RemoteLimiterOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RemoteLimiterOptions>, RemoteLimiterOptionsValidator>());
        services.TryAddSingleton(Create);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RemoteWarmUp>());
        services.Replace(ServiceDescriptor.Singleton<Limiter>(_ => throw NotHere(
            "a Limiter would decide with counts of its own; inject RemoteLimiter in its place")));
        var store = ServiceDescriptor.Singleton<IBucketStore>(_ => throw NotHere("there is no IBucketStore; inject RemoteLimiter"));
        var overrides = ServiceDescriptor.Singleton<IOverrides>(_ => throw NotHere(
            "overrides are with the remote limiter; set them at its address of administration"));
        services.Replace(store);
        services.Replace(overrides);
        services.Replace(ServiceDescriptor.Singleton(provider => services.Contains(store) && services.Contains(overrides)
            ? DecisionSource.Of(provider.GetRequiredService<RemoteLimiter>())
            : throw new InvalidOperationException(
                "The limiter cannot start: after UseRemote, a method such as UseStore chooses where counts or overrides are; "
                    + "call UseRemote, or the other method")));
        return builder;
    }

    private static RemoteLimiter Create(IServiceProvider services)
    {
        OrleansLimiterOptions app = services.GetRequiredService<IOptions<OrleansLimiterOptions>>().Value;
        return new(
            services.GetRequiredService<IOptions<RemoteLimiterOptions>>().Value, services,
            services.GetRequiredService<LimiterClock>(), app.MaxGroups, app.MaxGroupMemory,
            services.GetRequiredService<ILogger<RemoteLimiter>>());
    }

    private static InvalidOperationException NotHere(string detail) =>
        new($"The app uses a remote limiter (UseRemote), so the counts are not in this process: {detail}");
}
