namespace OrleansLimiter.FaultBenchmarks;

/// <summary>All silos stop, or are killed, and start again, while limits have <c>survive: restart</c>.</summary>
internal static class RestartEvents
{
    // The time between two writes of a shard of counts, and the permits that an account acquires meanwhile.
    private static readonly TimeSpan s_writes = TimeSpan.FromSeconds(5);
    private static readonly int s_sinceLastWrite = (int)Math.Ceiling(s_writes / AdmissionLoad.Tick);

    // So long that every account has been written at least once.
    private static readonly TimeSpan s_before = 2 * s_writes;

    public static readonly FaultEvent[] All =
    [
        new("restart-all", "all silos stop, and start again", "0 permits of a bucket",
            scene => RestartAsync(scene, "all silos stop", most: 0, StopAsync), result => result.Losses.Excess == 0) { KeepsCounts = true },
        new("kill-all", "kill -9 of all silos, and a start of all", $"at most {2 * s_sinceLastWrite} permits of a bucket",
            scene => RestartAsync(scene, "kill of all silos", 2 * s_sinceLastWrite, KillAsync), result => result.Losses.Excess == 0)
        {
            KeepsCounts = true,
        },
    ];

    private static Task RestartAsync(Scene scene, string name, int most, Func<Scene, Task> endAllAsync) =>
        CrashEvents.LoseAsync(scene, most, async () =>
        {
            await Task.Delay(s_before);
            scene.Step(name);
            int[][] ports = [.. scene.Cluster.SiloPorts.Chunk(2)];
            await endAllAsync(scene);

            // At the same addresses, because a silo at another one waits until the members that were killed have expired.
            scene.Step("all start");
            scene.Cluster.Silos.AddRange(ports.Select(each => scene.Cluster.StartSilo(each)));
            await Task.WhenAll(scene.Cluster.Silos.Select(silo => silo.ReadyAsync()));
            scene.Step("all are ready");
        });

    private static Task StopAsync(Scene scene) => Task.WhenAll(scene.Cluster.Silos.ToArray().Select(scene.StopSiloAsync));

    private static Task KillAsync(Scene scene) => Task.WhenAll(scene.Cluster.Silos.ToArray().Select(_ => scene.KillSiloAsync()));
}
