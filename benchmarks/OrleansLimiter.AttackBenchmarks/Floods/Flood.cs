namespace OrleansLimiter.AttackBenchmarks;

/// <summary>An attack.</summary>
/// <param name="Name">The name for the command line.</param>
/// <param name="Title">The name in the results.</param>
/// <param name="RunAsync">Attacks a port until the token is canceled.</param>
internal sealed record Flood(string Name, string Title, Func<int, CancellationToken, Task> RunAsync)
{
    /// <summary>All attacks, in the order of the results.</summary>
    public static readonly Flood[] All =
    [
        new("none", "no attack", (_, token) => Raw.PauseAsync(Timeout.Infinite, token)), .. ConnectionFloods.All, .. RequestFloods.All,
    ];

    /// <summary>Runs one task for each of a number of callers.</summary>
    public static Task ManyAsync(int callers, Func<int, Task> run) =>
        Task.WhenAll(Enumerable.Range(0, callers).Select(i => Task.Run(() => run(i))));
}
