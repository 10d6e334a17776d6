namespace OrleansLimiter.FrontEnd;

/// <summary>Configuration of Orleans that a front-end uses by default.</summary>
internal static class FrontEndDefaults
{
    private const string Clustering = "Orleans:Clustering:ProviderType";
    private const string Storage = "Orleans:GrainStorage";

    /// <summary>Returns the defaults for a configuration.</summary>
    /// <exception cref="HostSettingsException">Grain storage is configured, which a front-end does not have.</exception>
    public static IEnumerable<KeyValuePair<string, string?>> For(IConfiguration configuration) =>
        configuration.GetSection(Storage).Exists()
            ? throw new HostSettingsException($"{Storage} is set, but only silos use grain storage; remove it from front-ends")
        : configuration[Clustering] is null or "Development" ? [.. AnyCluster, .. OneMachine]
        : AnyCluster;

    // A call without a reply times out after 5 s. The list of silos is read each 2 s: until a silo that hangs is removed from it, the calls
    // through its gateway get no replies. For the same time, a gateway that refused a connection is not tried again.
    private static IEnumerable<KeyValuePair<string, string?>> AnyCluster =>
    [
        new("Orleans:Messaging:ResponseTimeout", "00:00:05"),
        new("Orleans:Gateway:GatewayListRefreshPeriod", "00:00:02"),
    ];

    private static IEnumerable<KeyValuePair<string, string?>> OneMachine =>
    [
        new(Clustering, "Development"),
        new("Orleans:Clustering:Gateways:0", "127.0.0.1:30000"),
    ];
}
