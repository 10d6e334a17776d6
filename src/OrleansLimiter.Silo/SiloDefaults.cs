using OrleansLimiter.Grains;

namespace OrleansLimiter.Silo;

/// <summary>Configuration of Orleans that a silo uses by default.</summary>
internal static class SiloDefaults
{
    /// <summary>The section of <c>ClusterMembershipOptions</c>. This host reads it, because Orleans does not.</summary>
    public const string Membership = "Orleans:ClusterMembership";

    /// <summary>
    /// The section of <c>GrainDirectoryOptions</c>, which this host reads too. In <c>Orleans:GrainDirectory</c>, Orleans expects providers.
    /// </summary>
    public const string Directory = "Orleans:DistributedGrainDirectory";

    private const string Clustering = "Orleans:Clustering:ProviderType";
    private const string Storage = "Orleans:GrainStorage:overrides:ProviderType";
    private const string Counts = $"Orleans:GrainStorage:{CountsOptions.StorageName}";

    /// <summary>Returns the defaults for a configuration.</summary>
    /// <exception cref="HostSettingsException">A cluster of several machines has no storage for overrides.</exception>
    public static IEnumerable<KeyValuePair<string, string?>> For(IConfiguration configuration) =>
        !IsCluster(configuration) ? [.. AnyCluster, .. OneMachine, CountsPath(configuration)]
        : configuration[Storage] is not null ? AnyCluster
        : throw new HostSettingsException(
            $"{Storage} is not set, so there is no storage for overrides; with {Clustering}={configuration[Clustering]} it is "
            + "AdoNet, AzureBlobStorage, AzureTableStorage or Redis");

    /// <summary>Whether a grain storage keeps counts over a restart of all silos.</summary>
    public static bool KeepsCounts(IConfiguration configuration) => configuration[$"{Counts}:ProviderType"] is not (null or "");

    /// <summary>Whether the silo can be one of several machines, with a membership table in a store.</summary>
    public static bool IsCluster(IConfiguration configuration) => configuration[Clustering] is not (null or "Development");

    // Decision 62 explains these values. A silo that was killed closes its connections, so its probes fail immediately, one each 0.5 s: it
    // is suspected after 1 to 1.5 s. Before a vote against a silo that hangs, Orleans also requires that none of its messages has arrived
    // for MaxProbeTimeout * NumMissedProbesLimit, which is 3 s. If no other silo can vote, a row in the membership table is ignored after
    // three periods of 5 s. Indirect probes have the same timeout as direct ones, so one through a silo that hangs always fails.
    private static IEnumerable<KeyValuePair<string, string?>> AnyCluster =>
    [
        new($"{Membership}:ProbeTimeout", "00:00:00.500"),
        new($"{Membership}:MinProbeTimeout", "00:00:00.500"),
        new($"{Membership}:MaxProbeTimeout", "00:00:01"),
        new($"{Membership}:NumMissedProbesLimit", "3"),
        new($"{Membership}:NumVotesForDeathDeclaration", "2"),
        new($"{Membership}:DeathVoteExpirationTimeout", "00:00:30"),
        new($"{Membership}:EnableIndirectProbes", "false"),
        new($"{Membership}:TableRefreshTimeout", "00:00:05"),
        new($"{Membership}:IAmAliveTablePublishTimeout", "00:00:05"),

        // A range of the directory is served as soon as its owner is declared dead. With a lease, its keys would be unreachable for longer
        // than the silo that was declared dead needs to read it.
        new($"{Directory}:RangeLeaseDuration", "00:00:00"),

        // A front-end calls a grain once and then knows the location of its group, so the cache of Orleans needs to hold keys for a moment
        // only. It never shrinks: with the default, a million entries, it kept hundreds of megabytes after a flood of keys.
        new($"{Directory}:CacheSize", "20000"),

        // Calls time out after about the time of the detection. This includes calls of Orleans: while a silo that hangs does not reply to
        // the grain directory, no grain of its part of the directory is activated.
        new("Orleans:Messaging:ResponseTimeout", "00:00:05"),
        new("Orleans:Messaging:SystemResponseTimeout", "00:00:05"),

        // Retries of a placement, after 100, 200 and 400 ms, are too late for the deadline of a decision.
        new("Orleans:Messaging:PlacementMaxRetries", "0"),

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
        new($"{Counts}:ProviderType", FileGrainStorage.ProviderType),
    ];

    // Beside the folder of overrides: data/counts.
    private static KeyValuePair<string, string?> CountsPath(IConfiguration configuration)
    {
        string overrides = configuration[FileGrainStorage.DefaultPath.Key] ?? FileGrainStorage.DefaultPath.Value!;
        return new($"{Counts}:Path", Path.Combine(Path.GetDirectoryName(overrides.TrimEnd('/')) ?? "", CountsOptions.StorageName));
    }
}
