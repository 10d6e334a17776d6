using System.Diagnostics;

namespace OrleansLimiter.FaultBenchmarks;

/// <summary>PostgreSQL is away, and what happens meanwhile.</summary>
internal static class StoreEvents
{
    // The detection of a failure, which begins when PostgreSQL is back.
    private const int Detection = 8;

    // Limiter:ShutdownTimeout and the hand-over.
    private static readonly TimeSpan MaxStop = TimeSpan.FromSeconds(10 + 10);
    private static readonly TimeSpan Supervision = TimeSpan.FromSeconds(1);

    public static readonly FaultEvent[] All =
    [
        new("postgres", "PostgreSQL is away for 60 s", FaultEvent.Unnoticed, AwayAsync, result => result.IsUnnoticed),
        new("postgres-stop", "a silo is stopped while PostgreSQL is away",
            $"0; the stop ends within {MaxStop.TotalSeconds} s; on-failure for its keys ends within {Detection} s after PostgreSQL is back",
            scene => MeanwhileAsync(scene, StopAsync), result => result.Losses.Excess == 0 && FaultEvent.EndsWithin(result, Detection, ^1)),
        new("postgres-kill", "a silo is killed while PostgreSQL is away",
            $"what its groups had; on-failure ends within {Detection} s after PostgreSQL is back",
            scene => MeanwhileAsync(scene, KillAsync), result => result.IsLostOnce && FaultEvent.EndsWithin(result, Detection, ^1)),
        new("postgres-start", "a silo and a front-end start while PostgreSQL is away",
            $"{FaultEvent.Unnoticed}; the starts wait and log it", StartAsync, result => result.IsUnnoticed),
    ];

    private static async Task AwayAsync(Scene scene)
    {
        await scene.StartLoadAsync();
        scene.Step("PostgreSQL stops");
        await scene.Cluster.Store.StopAsync();
        await Task.Delay(scene.Minute);
        await StartStoreAsync(scene);
        await Task.Delay(TimeSpan.FromSeconds(10)); // a silo that was suspected wrongly would be declared dead now
    }

    private static async Task MeanwhileAsync(Scene scene, Func<Scene, Task> act)
    {
        await scene.StartLoadAsync();
        scene.Step("PostgreSQL stops");
        await scene.Cluster.Store.StopAsync();
        await Task.Delay(TimeSpan.FromSeconds(5));
        await act(scene);
        await Task.Delay(TimeSpan.FromSeconds(10));
        await StartStoreAsync(scene);
    }

    private static async Task StopAsync(Scene scene)
    {
        scene.Step("a silo stops");
        TimeSpan took = await scene.StopSiloAsync(scene.Cluster.Silos[0]);
        scene.Expect(took <= MaxStop, $"The stop took {took.TotalSeconds:f1} s.");
        scene.Step("it has ended");
    }

    private static async Task KillAsync(Scene scene)
    {
        scene.Step("kill");
        await scene.KillSiloAsync();
    }

    private static async Task StartAsync(Scene scene)
    {
        await scene.StartLoadAsync();
        scene.Step("PostgreSQL stops");
        await scene.Cluster.Store.StopAsync();
        scene.Step("a silo and a front-end start");
        using var end = new CancellationTokenSource();
        HostProcess frontEnd = scene.StartFrontEnd();
        scene.Cluster.FrontEnds.Add(frontEnd);
        Task<int> silo = SuperviseAsync(scene, end.Token);
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(25));
            Expect(scene, frontEnd);
            await StartStoreAsync(scene);
            long back = Stopwatch.GetTimestamp();
            await frontEnd.ReadyAsync();
            scene.Note($"The front-end was ready {Stopwatch.GetElapsedTime(back).TotalSeconds:f1} s after PostgreSQL was back.");
            int ends = await silo.WaitAsync(HostProcess.MaxWait);
            scene.Expect(
                ends == 0,
                $"The silo was ready {Stopwatch.GetElapsedTime(back).TotalSeconds:f1} s after PostgreSQL was back; "
                + $"its process ended {ends} times before.");
        }
        finally
        {
            await end.CancelAsync();
        }
    }

    private static void Expect(Scene scene, HostProcess frontEnd)
    {
        string? line = frontEnd.Log.Split('\n').FirstOrDefault(text => text.Contains("is retried", StringComparison.Ordinal))?.Trim();
        scene.Expect(!frontEnd.HasEnded && line is not null, $"The front-end waited, and logged: {line ?? "nothing"}.");
    }

    // Starts a silo again whenever its process has ended, until it is ready. Returns how often that was.
    private static async Task<int> SuperviseAsync(Scene scene, CancellationToken end)
    {
        for (int ends = 0; ; ends++)
        {
            HostProcess silo = scene.Cluster.StartSilo();
            scene.Cluster.Silos.Add(silo);
            while (!silo.HasEnded)
            {
                end.ThrowIfCancellationRequested();
                if (await silo.IsReadyAsync())
                {
                    return ends;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), end);
            }

            scene.Cluster.Silos.Remove(silo);
            await silo.DisposeAsync();
            await Task.Delay(Supervision, end);
        }
    }

    private static async Task StartStoreAsync(Scene scene)
    {
        await scene.Cluster.Store.StartAsync();
        scene.Step("PostgreSQL is back");
    }
}
