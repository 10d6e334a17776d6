using System.Diagnostics;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>What limits cost in an app: by the middleware of this project, and by the one of ASP.NET Core.</summary>
internal static class EnforcementCosts
{
    /// <summary>The requests of an app in a turn. Short, so that a slow second of the machine affects all apps.</summary>
    public const int TurnRequests = 5_000;

    /// <summary>The turns of each app in a round.</summary>
    public const int Turns = 6;

    private const int WarmUpTurns = 6; // twice
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(2); // for the JIT compiler

    public static async Task<string> MeasureAsync(string repository, Pace pace)
    {
        await using var site = new Site(repository);
        List<RunningApp> apps = [];
        foreach (AppKind kind in AppKind.All)
        {
            apps.Add(await RunningApp.StartAsync(site, kind));
            await apps[^1].VerifyAsync();
        }

        for (int i = 0; i < 2; i++)
        {
            Progress.Write($"warming up, {apps.Count} apps");
            await RoundAsync(apps, WarmUpTurns);
            await Task.Delay(s_settling);
        }

        List<AppSample>[] rounds = [.. apps.Select(_ => new List<AppSample>())];
        long began = Stopwatch.GetTimestamp();
        for (int round = 0; round < pace.Rounds; round++)
        {
            Progress.WriteRound(round, pace.Rounds, Stopwatch.GetElapsedTime(began));
            AppSample[] samples = await RoundAsync(apps, Turns);
            for (int i = 0; i < samples.Length; i++)
            {
                rounds[i].Add(samples[i]);
            }
        }

        apps.ForEach(app => app.Dispose());
        return EnforcementReport.Write([.. apps.Zip(rounds, (app, samples) => new MeasuredApp(app.Kind, samples))], pace)
            + await PipedCosts.MeasureAsync(site, pace);
    }

    // Each turn begins with another app, and every second turn is in reverse order, so that no app always follows the same one.
    private static async Task<AppSample[]> RoundAsync(List<RunningApp> apps, int turns)
    {
        var sums = new AppSample[apps.Count];
        for (int turn = 0; turn < turns; turn++)
        {
            for (int i = 0; i < apps.Count; i++)
            {
                int place = (turn + i) % apps.Count;
                int app = turn % 2 == 0 ? place : apps.Count - 1 - place;
                sums[app] += await apps[app].RunAsync(TurnRequests);
            }
        }

        return sums;
    }
}
