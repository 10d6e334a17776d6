namespace OrleansLimiter.FaultBenchmarks;

/// <summary>An event of the matrix.</summary>
/// <param name="Name">The name for the command line.</param>
/// <param name="Title">The name in the results.</param>
/// <param name="Goal">What is wanted.</param>
/// <param name="RunAsync">Starts the load, and does it.</param>
/// <param name="IsReached">Whether the goal is reached, in addition to the expectations of the event.</param>
internal sealed record FaultEvent(string Name, string Title, string Goal, Func<Scene, Task> RunAsync, Func<FaultResult, bool> IsReached)
{
    /// <summary>Whether the limits of accounts have <c>survive: restart</c>.</summary>
    public bool KeepsCounts { get; init; }

    /// <summary>The goal of events that nobody may notice.</summary>
    public const string Unnoticed = "0, and none by on-failure";

    /// <summary>All events, in the order of the results.</summary>
    public static readonly FaultEvent[] All =
    [
        .. SiloEvents.All, .. CrashEvents.All, .. RestartEvents.All, .. FrontEndEvents.All, .. StoreEvents.All, HandOverEvent.Only, .. FencingEvents.All,
    ];

    /// <summary>All events, and those that are measured only if they are named.</summary>
    public static readonly FaultEvent[] Named = [.. All, SoakEvent.Only];

    /// <summary>Whether the last decision by <c>on-failure</c> comes soon enough after a step.</summary>
    public static bool EndsWithin(FaultResult result, int seconds, Index step) =>
        result.LastFailureAfter(result.Steps[step]) <= TimeSpan.FromSeconds(seconds);
}
