namespace OrleansLimiter.FaultBenchmarks;

/// <summary>Two silos, one of which fails: the other one decides nothing until the failed one has left the membership.</summary>
internal static class FencingEvents
{
    private const int Detection = 8;

    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(15);

    public static readonly FaultEvent[] All =
    [
        new("survivor-kill", "kill -9 of one of two silos", Goal(3), scene => SurviveAsync(scene, KillAsync),
            result => result.IsLostOnce && FaultEvent.EndsWithin(result, 3, 0)),
        new("survivor-hang", $"SIGSTOP of one of two silos, SIGCONT after {Hang.TotalSeconds} s", Goal(Detection),
            scene => SurviveAsync(scene, HangAsync), result => result.IsLostOnce && FaultEvent.EndsWithin(result, Detection, 0)),
        new("survivor-postgres", "kill -9 of one of two silos while PostgreSQL is away",
            $"what its groups had; on-failure ends within {Detection} s after PostgreSQL is back",
            scene => SurviveAsync(scene, KillWithoutStoreAsync),
            result => result.IsLostOnce && FaultEvent.EndsWithin(result, Detection, ^1)),
        new("survivor-isolated", "the same with Limiter:DecideWhenIsolated",
            $"what its groups had; on-failure ends within {Detection} s after PostgreSQL is back",
            scene => SurviveAsync(scene, KillWithoutStoreAsync, ("Limiter:DecideWhenIsolated", "true")),
            result => result.IsLostOnce && FaultEvent.EndsWithin(result, Detection, ^1)),
    ];

    private static string Goal(int seconds) => $"what its groups had; on-failure ends within {seconds} s";

    // Replaces the three silos by two.
    private static async Task SurviveAsync(Scene scene, Func<Scene, Task> fail, params (string Key, string Value)[] settings)
    {
        HostProcess[] before = [.. scene.Cluster.Silos];
        HostProcess[] two = [.. Enumerable.Range(0, 2).Select(_ => scene.Cluster.StartSilo(ports: null, settings))];
        scene.Cluster.Silos.AddRange(two);
        await Task.WhenAll(two.Select(silo => silo.ReadyAsync()));
        foreach (HostProcess silo in before)
        {
            await scene.StopSiloAsync(silo);
        }

        await scene.StartLoadAsync();
        await fail(scene);
        HostProcess survivor = scene.Cluster.Silos.Single();
        await Task.Delay(TimeSpan.FromSeconds(5));
        scene.Note($"The survivor decided nothing for {await survivor.MetricAsync("orleans_limiter_fenced_seconds_total"):f2} s, "
            + $"in {await survivor.MetricAsync("orleans_limiter_fences_total"):n0} closures, and left "
            + $"{await survivor.MetricAsync("orleans_limiter_fenced_decisions_total"):n0} decisions to on-failure.");
    }

    private static async Task KillAsync(Scene scene)
    {
        scene.Step("kill");
        await scene.KillSiloAsync();
    }

    private static async Task HangAsync(Scene scene)
    {
        HostProcess silo = scene.Cluster.Silos[0];
        scene.Step("SIGSTOP");
        await silo.SignalAsync("STOP");
        await Task.Delay(Hang);
        scene.Step("SIGCONT");
        await silo.SignalAsync("CONT");
        await silo.EndAsync();
        scene.Cluster.Silos.Remove(silo);
        await silo.DisposeAsync();
    }

    private static async Task KillWithoutStoreAsync(Scene scene)
    {
        scene.Step("PostgreSQL stops");
        await scene.Cluster.Store.StopAsync();
        scene.Step("kill");
        await scene.KillSiloAsync();
        await Task.Delay(Away);
        await scene.Cluster.Store.StartAsync();
        scene.Step("PostgreSQL is back");
    }
}
