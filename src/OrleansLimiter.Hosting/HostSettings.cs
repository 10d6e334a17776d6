namespace OrleansLimiter.Hosting;

/// <summary>
/// The settings of a host, with their defaults. <see cref="HostSetting"/> declares their names and formats. <c>limiter serve</c> reads
/// them from its command line, the hosts of a cluster from configuration (<see cref="HostConfiguration"/>).
/// </summary>
public sealed class HostSettings
{
    /// <summary>The environment variable of the admin token. Process lists do not show it.</summary>
    public const string TokenVariable = "LIMITER_ADMIN_TOKEN";

    /// <summary>Policy files, or folders of them. Default: the folder <c>policies</c>.</summary>
    public IReadOnlyList<string> Policies { get; set; } = ["policies"];

    /// <summary>The addresses and the access to them. Validated when the host starts.</summary>
    public LimiterHttpOptions Http { get; } = new();

    /// <summary>
    /// The maximum number of living bucket groups in this process: 1 or more, default 1,000,000. In a front-end of a cluster, these are
    /// the groups that <c>on-failure: local</c> counts.
    /// </summary>
    public int MaxGroups { get; set; } = 1_000_000;

    /// <summary>
    /// The maximum number of open connections for decisions: 1 or more. Default: null, a number that follows the limit of file descriptors
    /// and the memory of the process. A higher number than the descriptors allow has no effect.
    /// </summary>
    public int? MaxConnections { get; set; }

    /// <summary>
    /// The maximum number of open connections for decisions from one remote address, or from one /64 network of IPv6: 1 or more. Default:
    /// null, no maximum, because a proxy has one address.
    /// </summary>
    public int? MaxConnectionsPerAddress { get; set; }

    /// <summary>The maximum time for the headers of a request, and for its body after them. 1 s to 1 h, default 10 s.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The maximum time in which a caller must read a response. A response that is longer than 64 KiB for each second of it has one second
    /// for each 64 KiB. 2 s to 1 h, default 10 s.
    /// </summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The maximum of the bytes that long bodies and responses of all connections buffer: 1 MiB or more. Default: null, a sixteenth of the
    /// memory that the process may use, at most 64 MiB.
    /// </summary>
    public long? MaxBufferedBytes { get; set; }

    /// <summary>
    /// The maximum of the estimated memory of living bucket groups in this process, in bytes: 1 MiB or more. Default null: a half of the
    /// memory that the process may use (<see cref="LivingGroups.DefaultMaxBytes"/>). The bound is what is reached first, this or
    /// <see cref="MaxGroups"/>.
    /// </summary>
    public long? MaxGroupMemory { get; set; }

    /// <summary>As <see cref="LimiterOptions.Deadline"/>.</summary>
    public TimeSpan Deadline { get; set; } = LimiterOptions.DefaultDeadline;

    /// <summary>Whether the host decides requests. Default true; false is for silos with separate front-ends.</summary>
    public bool FrontEnd { get; set; } = true;

    /// <summary>As <see cref="PolicyCatalog.RemovalDelay"/>. 0 to 1 d, default 30 s.</summary>
    public TimeSpan PolicyRemovalDelay { get; set; } = PolicyCatalog.DefaultRemovalDelay;

    /// <summary>The maximum time for finishing requests and leaving the cluster at shutdown. 1 ms to 1 h, default 10 s.</summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a host that serves decisions keeps serving after a stop was requested by SIGTERM. Meanwhile it is not ready, and responses
    /// contain <c>Connection: close</c>, so that load balancers and clients go elsewhere. 0 to 1 h, default 5 s. It adds to
    /// <see cref="ShutdownTimeout"/>.
    /// </summary>
    public TimeSpan DrainDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The maximum time that a silo which stops waits for the hand-over of its bucket groups to other silos. 0 to 1 h, default 10 s. It
    /// adds to <see cref="ShutdownTimeout"/>.
    /// </summary>
    public TimeSpan HandOverTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The shortest time between two passes in which a silo sends the bucket groups that have changed to the silos which keep their
    /// replicas. 0 to 10 s, default 100 ms. A crash loses what was acquired since the last pass. 0: there are no replicas, and a crash
    /// loses all counts of a silo. Times below 10 ms count as 10 ms.
    /// </summary>
    public TimeSpan ReplicaInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Whether a silo decides that hears neither the other active silos nor the membership table. Default false: <c>on-failure</c> decides,
    /// because such a silo is usually the one that is cut off, and others count for its keys.
    /// </summary>
    public bool DecideWhenIsolated { get; set; }

    /// <summary>
    /// How long a host that starts refuses connections for decisions because it is not ready. After that it accepts them, and
    /// <c>on-failure</c> decides what the cluster does not. 0 to 1 h, default 30 s; 0 accepts at once.
    /// </summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Creates settings with the defaults and the admin token of <see cref="TokenVariable"/>.</summary>
    public static HostSettings FromEnvironment() => new() { Http = { AdminToken = Environment.GetEnvironmentVariable(TokenVariable) } };
}
