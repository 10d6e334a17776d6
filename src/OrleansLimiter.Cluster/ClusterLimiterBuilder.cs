using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace OrleansLimiter.Cluster;

/// <summary>Lets the limiter of an app count in a cluster.</summary>
public static class ClusterLimiterBuilder
{
    /// <summary>
    /// Counts in the bucket groups of a cluster, and uses its overrides. Before or after this call, the app configures an Orleans client
    /// (<c>builder.UseOrleansClient(…)</c>), or a silo (<c>builder.UseOrleans(silo =&gt; silo.AddLimiterGrains())</c>).
    /// </summary>
    /// <remarks>
    /// <list type="bullet">
    /// <item>The app starts without waiting for a silo, and connects in the background. While no silo is reachable, <c>on-failure</c> of
    /// the policy decides. A silo in the process starts with the app, as Orleans defines.</item>
    /// <item>Health checks with the tag <see cref="ClusterFrontEndServices.HealthTag"/> are unhealthy until the client is connected, the
    /// overrides are loaded and the first decisions are prepared, and while the cluster does not reply.</item>
    /// <item>Calls that were not made because the cluster did not reply are counted on the meter <c>OrleansLimiter</c>.</item>
    /// <item>A client retries to connect every second, unless the app has a connection retry filter of its own.</item>
    /// </list>
    /// An app with neither a client nor a silo does not start: an <see cref="InvalidOperationException"/> says what to add.
    /// </remarks>
    /// <param name="builder">The builder of the limiter.</param>
    /// <param name="configure">Sets options; null for the defaults.</param>
    /// <returns>The builder.</returns>
    public static LimiterBuilder UseCluster(this LimiterBuilder builder, Action<ClusterLimiterOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<ClusterLimiterOptions>().Configure(configure ?? (static _ => { }));
        if (!builder.Services.Any(service => service.ServiceType == typeof(ClusterBucketStore)))
        {
            builder.Services.AddClusterFrontEnd(provider => provider.GetRequiredService<IOptions<ClusterLimiterOptions>>().Value
                .Create(provider.GetRequiredService<LimiterClock>()));
        }

        return builder;
    }
}
