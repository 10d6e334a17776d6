using Microsoft.Extensions.Configuration;
using OrleansLimiter.Hosting;

namespace OrleansLimiter.Silo;

/// <summary>Configuration of Orleans that a silo uses by default.</summary>
internal static class SiloDefaults
{
    /// <summary>Orleans itself reads no section into its <c>ClusterMembershipOptions</c>; this host reads this one.</summary>
    public const string Membership = "Orleans:ClusterMembership";

    private const string Clustering = "Orleans:Clustering:ProviderType";
    private const string Storage = "Orleans:GrainStorage:overrides:ProviderType";

    /// <summary>The defaults that fit what is configured.</summary>
    /// <exception cref="HostSettingsException">A cluster of several machines has no place for its overrides.</exception>
    public static IEnumerable<KeyValuePair<string, string?>> For(IConfiguration configuration) =>
        configuration[Clustering] is null or "Development" ? [.. AnyCluster, .. OneMachine]
        : configuration[Storage] is not null ? AnyCluster
        : throw new HostSettingsException(
            $"{Storage} is not set, so overrides would be kept nowhere; with {Clustering}={configuration[Clustering]} it is "
            + "AdoNet, AzureBlobStorage, AzureTableStorage or Redis");

    // A killed silo is detected by three probes, one per second, and two votes. If no other silo can vote, its row in the
    // table counts for nothing after three periods of 5 s. An indirect probe has the same timeout as the one who asks for it, so
    // from a silo that hangs it never comes back in time to count. A call waits for its answer about as long as all that takes.
    // So does one of Orleans' own: the grain directory asks a silo that is gone for its part, and while one that hangs does not
    // answer, no grain of that part comes to life.
    private static IEnumerable<KeyValuePair<string, string?>> AnyCluster =>
    [
        new($"{Membership}:ProbeTimeout", "00:00:01"),
        new($"{Membership}:NumMissedProbesLimit", "3"),
        new($"{Membership}:EnableIndirectProbes", "false"),
        new($"{Membership}:TableRefreshTimeout", "00:00:05"),
        new($"{Membership}:IAmAliveTablePublishTimeout", "00:00:05"),
        new("Orleans:Messaging:ResponseTimeout", "00:00:05"),
        new("Orleans:Messaging:SystemResponseTimeout", "00:00:05"),

        // A silo that comes up just after all others have died, at another address, waits for them for as long as this. Then it
        // ends; started again by its supervisor, it finds their signs of life old, and joins.
        new($"{Membership}:MaxJoinAttemptTime", "00:00:30"),
    ];

    // Only this machine can reach the ports: a silo trusts every process that can connect to them.
    private static IEnumerable<KeyValuePair<string, string?>> OneMachine =>
    [
        new(Clustering, "Development"),
        new("Orleans:Endpoints:AdvertisedIPAddress", "127.0.0.1"),
        new(Storage, FileGrainStorage.ProviderType),
        new(FileGrainStorage.DefaultPath.Key, FileGrainStorage.DefaultPath.Value),
    ];
}
