using System.Threading.RateLimiting;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>A limit of an ASP.NET Core app, equal to the limit of the same scope in the policy file.</summary>
/// <param name="Name">The policy and the scope.</param>
/// <param name="Scope">The scope.</param>
/// <param name="Permits">The number of requests that are allowed in a window.</param>
/// <param name="Window">The duration of the window.</param>
/// <param name="Segments">The segments of a sliding window. The timer of .NET advances one segment ten times per second.</param>
internal sealed record AppLimit(string Name, Scope Scope, int Permits, TimeSpan Window, int Segments)
{
    private const int Plenty = 1_000_000_000;

    /// <summary>This limit as a sliding window of .NET for a key.</summary>
    public RateLimitPartition<AppKey> SlidingWindow(AppKey key) => RateLimitPartition.GetSlidingWindowLimiter(
        key, _ => new() { PermitLimit = Permits, Window = Window, SegmentsPerWindow = Segments });

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

/// <summary>The parts of a key in an app of .NET. A part that does not belong to the scope of the limit is empty.</summary>
internal readonly record struct AppKey(string Account, string Endpoint, string Mode);
