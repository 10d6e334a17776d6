namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>A running contender over HTTP.</summary>
/// <param name="Name">The name in the results.</param>
/// <param name="Port">The port for requests.</param>
/// <param name="Processes">The processes of the contender.</param>
/// <param name="AdminPort">The port for metrics; null for other projects.</param>
internal sealed record Server(string Name, int Port, IReadOnlyList<Child> Processes, int? AdminPort = null)
{
    public const string Floor = "bare Kestrel handler (the floor)";
    public const string InlineFloor = "bare Kestrel handler, on the sockets' threads";
    public const string Middleware = "ASP.NET Core middleware";
    public const string RedisMiddleware = "ASP.NET Core, RedisRateLimiting";
    public const string Embedded = "OrleansLimiter: embedded";
    public const string SiloInside = "OrleansLimiter: silo with front-end inside";

    public bool IsOurs => AdminPort is not null;

    public bool Limits => Name is not (Floor or InlineFloor);

    public static string Clustered(int silos) => $"OrleansLimiter: front-end, {(silos == 1 ? "one silo" : "three silos")}";

    /// <summary>The number of decisions that <c>on-failure</c> has made; 0 for other projects.</summary>
    public async Task<long> UncountedAsync() => AdminPort is not { } port ? 0
        : (await Requests.GetAsync(port, "/metrics")).Split('\n')
            .Where(line => line.StartsWith("orleans_limiter_failure_decisions", StringComparison.Ordinal))
            .Sum(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..]));
}
