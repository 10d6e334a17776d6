namespace OrleansLimiter.FaultBenchmarks;

/// <summary>Silos that are killed while accounts acquire permits: what their replicas keep.</summary>
internal static class CrashEvents
{
    private const int Kills = 20;
    private const int MinPause = 1_000;
    private const int MaxPause = 4_000;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(10);
    private static readonly string s_lastInterval = $"at most {2 * AdmissionLoad.InLastInterval} permits of a bucket";

    public static readonly FaultEvent[] All =
    [
        new("kills", $"kill -9 of a silo, {Kills} times at random moments", s_lastInterval, KillsAsync, _ => true),
        new("kill-replica", "kill -9 of a replica, and of the owner 10 s later",
            $"at most {2 * 2 * AdmissionLoad.InLastInterval} permits of a bucket", KillReplicaAsync, _ => true),
        new("kill-both", "kill -9 of two silos at once", "at most the permits of a bucket once more", KillBothAsync,
            result => result.IsLostOnce),
        new("kill-join", "join of a silo, and kill -9 of one that has accounts of it", s_lastInterval, KillAfterJoinAsync, _ => true),
    ];

    private static async Task KillsAsync(Scene scene)
    {
        await scene.StartLoadAsync();
        List<int> all = [];
        int kills = scene.IsQuick ? 2 : Kills;
        for (int i = 0; i < kills; i++)
        {
            await using AdmissionLoad load = await AdmissionLoad.StartAsync(scene.Cluster.FrontEnds);
            await Task.Delay(Random.Shared.Next(MinPause, MaxPause));
            scene.Step($"kill {i + 1}");
            await scene.KillSiloAsync();
            await load.RecoveredAsync();
            int[] each = await load.LostAsync();
            Progress.Write($"    lost: {string.Join(' ', each)}");
            all.AddRange(each);
            await scene.StartSilosAsync(1);
        }

        int[] lost = [.. all.Order()];
        scene.Note(
            $"In {kills} kills of one of three silos, {lost.Length} buckets with {1_000 / AdmissionLoad.Tick.TotalMilliseconds:0} "
            + $"admissions per second: {string.Join(", ", lost.CountBy(each => each).Select(each => $"{each.Value} lost {each.Key} permits"))}.");
        Expect(scene, lost, 2 * AdmissionLoad.InLastInterval);
    }

    private static Task KillReplicaAsync(Scene scene) => LoseAsync(scene, 2 * 2 * AdmissionLoad.InLastInterval, async () =>
    {
        scene.Step("kill");
        await scene.KillSiloAsync();
        await Task.Delay(s_pause);
        scene.Step("kill of another one");
        await scene.KillSiloAsync();
    });

    private static Task KillBothAsync(Scene scene) => LoseAsync(scene, AdmissionLoad.Permits, async () =>
    {
        scene.Step("kill of both");
        await Task.WhenAll(scene.KillSiloAsync(), scene.KillSiloAsync());
    });

    private static Task KillAfterJoinAsync(Scene scene) => LoseAsync(scene, 2 * AdmissionLoad.InLastInterval, async () =>
    {
        scene.Step("a silo joins");
        await scene.StartSilosAsync(1);
        scene.Step("kill of one of the others");
        await scene.KillSiloAsync();
    });

    /// <summary>Acts while accounts acquire permits, and compares what their buckets have lost.</summary>
    public static async Task LoseAsync(Scene scene, int most, Func<Task> act)
    {
        await scene.StartLoadAsync();
        await using AdmissionLoad load = await AdmissionLoad.StartAsync(scene.Cluster.FrontEnds);
        await act();
        await load.RecoveredAsync();
        Expect(scene, await load.LostAsync(), most);
    }

    private static void Expect(Scene scene, int[] lost, int most) => scene.Expect(
        Array.TrueForAll(lost, each => each <= most),
        $"Of accounts that acquired permits during the event, the bucket that lost most had lost {lost.Max()}.");
}
