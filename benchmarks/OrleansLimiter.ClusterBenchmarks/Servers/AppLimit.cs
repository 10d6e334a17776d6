namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>A limit of an ASP.NET Core app: as the limit of that scope in the policy files.</summary>
/// <param name="Name">The policy and the scope.</param>
/// <param name="Scope">What it counts for.</param>
/// <param name="Permits">How many requests pass in a window.</param>
/// <param name="Window">How long that is.</param>
/// <param name="Segments">Of a sliding window. The timer of the BCL's limiters fires ten times a second, and turns one segment.</param>
internal sealed record AppLimit(string Name, Scope Scope, int Permits, TimeSpan Window, int Segments)
{
    private const int Plenty = 1_000_000_000;

    /// <summary>The limits of a policy file.</summary>
    public static AppLimit[] Of(Shape shape, bool attack)
    {
        AppLimit[] limits =
        [
            .. ((AppLimit[])
            [
                new($"{shape.Policy}:endpoint", Scope.Endpoint, Plenty, TimeSpan.FromSeconds(60), 60),
                new($"{shape.Policy}:account", Scope.Account, Plenty, TimeSpan.FromSeconds(60), 60),
                new($"{shape.Policy}:burst", Scope.Burst, Plenty, TimeSpan.FromSeconds(1), 10),
            ])[..shape.Limits],
        ];
        if (attack)
        {
            limits[^1] = limits[^1] with { Permits = 500, Window = TimeSpan.FromSeconds(1), Segments = 10 };
        }

        return limits;
    }
}
