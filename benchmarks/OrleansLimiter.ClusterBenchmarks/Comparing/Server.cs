namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>A contender over HTTP, running.</summary>
/// <param name="Name">What the results call it.</param>
/// <param name="Port">Where it is asked.</param>
/// <param name="Processes">All that it consists of.</param>
/// <param name="AdminPort">Ours: where it tells its metrics.</param>
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

    /// <summary>Ours: how many decisions <c>on-failure</c> has made so far, because nobody could count in time.</summary>
    public async Task<long> UncountedAsync() => AdminPort is not { } port ? 0
        : (await Loopback.GetAsync(port, "/metrics")).Split('\n')
            .Where(line => line.StartsWith("orleans_limiter_failure_decisions", StringComparison.Ordinal))
            .Sum(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..]));
}
