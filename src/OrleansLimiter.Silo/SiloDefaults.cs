namespace OrleansLimiter.Silo;

/// <summary>Configuration of Orleans that a silo uses by default.</summary>
internal static class SiloDefaults
{
    /// <summary>The section of <c>ClusterMembershipOptions</c>. This host reads it, because Orleans does not.</summary>
    public const string Membership = "Orleans:ClusterMembership";

    private const string Clustering = "Orleans:Clustering:ProviderType";
    private const string Storage = "Orleans:GrainStorage:overrides:ProviderType";

    /// <summary>Returns the defaults for a configuration.</summary>
    /// <exception cref="HostSettingsException">A cluster of several machines has no storage for overrides.</exception>
    public static IEnumerable<KeyValuePair<string, string?>> For(IConfiguration configuration) =>
        configuration[Clustering] is null or "Development" ? [.. AnyCluster, .. OneMachine]
        : configuration[Storage] is not null ? AnyCluster
        : throw new HostSettingsException(
            $"{Storage} is not set, so there is no storage for overrides; with {Clustering}={configuration[Clustering]} it is "
            + "AdoNet, AzureBlobStorage, AzureTableStorage or Redis");

    // A stopped silo is detected by three probes, one per second, and two votes. If no other silo can vote, its row in the membership
    // table is ignored after three periods of 5 s. Indirect probes are disabled: they have the same timeout as direct ones, so an
    // indirect probe through a silo that hangs always fails. Calls time out after about the time of the detection. This includes calls
    // of Orleans: while a silo that hangs does not reply to the grain directory, no grain of its part of the directory is activated.
    private static IEnumerable<KeyValuePair<string, string?>> AnyCluster =>
    [
        new($"{Membership}:ProbeTimeout", "00:00:01"),
        new($"{Membership}:NumMissedProbesLimit", "3"),
        new($"{Membership}:EnableIndirectProbes", "false"),
        new($"{Membership}:TableRefreshTimeout", "00:00:05"),
        new($"{Membership}:IAmAliveTablePublishTimeout", "00:00:05"),
        new("Orleans:Messaging:ResponseTimeout", "00:00:05"),
        new("Orleans:Messaging:SystemResponseTimeout", "00:00:05"),

        // A silo that starts at another address just after all others have crashed waits for them for this time. Then it stops. When
        // its supervisor starts it again, the rows of the others have expired, and it joins.
        new($"{Membership}:MaxJoinAttemptTime", "00:00:30"),
    ];

    // Only this machine can reach the ports, because a silo trusts every process that can connect to them.
    private static IEnumerable<KeyValuePair<string, string?>> OneMachine =>
    [
        new(Clustering, "Development"),
        new("Orleans:Endpoints:AdvertisedIPAddress", "127.0.0.1"),
        new(Storage, FileGrainStorage.ProviderType),
        new(FileGrainStorage.DefaultPath.Key, FileGrainStorage.DefaultPath.Value),
    ];
}
