using System.Diagnostics;

namespace OrleansLimiter.FaultBenchmarks;

/// <summary>Silos that stop, start, and fail.</summary>
internal static class SiloEvents
{
    private const int KillSeconds = 3;
    private const int HangSeconds = 8;

    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);

    // The load begins that long before the restart.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(8);

    public static readonly FaultEvent[] All =
    [
        new("roll", "all three silos are replaced, one after the other", FaultEvent.Unnoticed, RollAsync, result => result.IsUnnoticed),
        new("scale", "scale from three silos to five, and to two", FaultEvent.Unnoticed, ScaleAsync, result => result.IsUnnoticed),
        new("kill", "kill -9 of a silo", EndsWithin(KillSeconds), KillAsync,
            result => result.IsLostOnce && FaultEvent.EndsWithin(result, KillSeconds, 0)),
        new("hang", $"SIGSTOP of a silo, SIGCONT after {Hang.TotalSeconds} s", EndsWithin(HangSeconds), HangAsync,
            result => result.IsLostOnce && FaultEvent.EndsWithin(result, HangSeconds, 0)),
        new("restart", "restart of a silo 60 s after another one was killed", FaultEvent.Unnoticed, RestartAsync,
            result => result.IsUnnoticed),
    ];

    private static string EndsWithin(int seconds) => $"what its groups had; on-failure ends within {seconds} s";

    private static async Task RollAsync(Scene scene)
    {
        await scene.StartLoadAsync();
        HostProcess[] silos = [.. scene.Cluster.Silos];
        foreach ((int i, HostProcess silo) in silos.Index())
        {
            scene.Step($"silo {i + 1} stops");
            await scene.StopSiloAsync(silo);
            scene.Step("its replacement starts");
            await scene.StartSilosAsync(1);
        }

        scene.Step("all are replaced");
    }

    private static async Task ScaleAsync(Scene scene)
    {
        await scene.StartLoadAsync();
        HostProcess[] silos = [.. scene.Cluster.Silos];
        foreach (int number in (int[])[silos.Length + 1, silos.Length + 2])
        {
            scene.Step($"silo {number} starts");
            await scene.StartSilosAsync(1);
        }

        scene.Step("five are ready");
        await Task.Delay(TimeSpan.FromSeconds(10));
        foreach ((int i, HostProcess silo) in silos.Index())
        {
            scene.Step($"silo {i + 1} stops");
            await scene.StopSiloAsync(silo);
        }

        scene.Step("two are left");
    }

    private static async Task KillAsync(Scene scene)
    {
        await scene.StartLoadAsync();
        scene.Step("kill");
        await scene.KillSiloAsync();
    }

    private static async Task HangAsync(Scene scene)
    {
        await scene.StartLoadAsync();
        HostProcess silo = scene.Cluster.Silos[0];
        scene.Step("SIGSTOP");
        await silo.SignalAsync("STOP");
        await Task.Delay(Hang);
        scene.Step("SIGCONT");
        long began = Stopwatch.GetTimestamp();
        await silo.SignalAsync("CONT");
        await silo.EndAsync();
        scene.Cluster.Silos.Remove(silo);
        scene.Note($"The silo ended {Stopwatch.GetElapsedTime(began).TotalSeconds:f1} s after SIGCONT, because it had been declared dead.");
    }

    private static async Task RestartAsync(Scene scene)
    {
        long killed = Stopwatch.GetTimestamp();
        await scene.KillSiloAsync();
        TimeSpan start = await scene.StartSilosAsync(1);
        scene.Note($"The replacement of the silo that was killed was ready after {start.TotalSeconds:f1} s.");
        TimeSpan left = scene.Minute - Fresh - Stopwatch.GetElapsedTime(killed);
        await Task.Delay(left < TimeSpan.Zero ? TimeSpan.Zero : left);
        await scene.StartLoadAsync();
        scene.Step("another silo stops");
        await scene.StopSiloAsync(scene.Cluster.Silos[0]);
        scene.Step("it starts again");
        await scene.StartSilosAsync(1);
        scene.Step("it is ready");
    }
}
