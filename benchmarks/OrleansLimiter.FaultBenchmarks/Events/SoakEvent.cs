using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;

namespace OrleansLimiter.FaultBenchmarks;

/// <summary>
/// Nothing fails for half an hour, but the machine is busy, and the silos collect garbage: no fence may close. The load is as in the other
/// events.
/// </summary>
internal static class SoakEvent
{
    // An event source whose keyword makes the runtime collect all generations.
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const long Collect = 0x800000;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Duration = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan QuickDuration = TimeSpan.FromMinutes(1);

    public static readonly FaultEvent Only = new(
        "soak", $"{Duration.TotalMinutes} minutes on a busy machine, with garbage collections", "0; no fence closes", RunAsync,
        result => result.Losses.Excess == 0);

    private static async Task RunAsync(Scene scene)
    {
        await scene.StartLoadAsync();
        scene.Step("the machine is busy");
        using var end = new CancellationTokenSource(scene.IsQuick ? QuickDuration : Duration);
        for (int i = 0; i < Environment.ProcessorCount; i++)
        {
            new Thread(() => Burn(end.Token)) { IsBackground = true }.Start();
        }

        int collections = 0;
        while (!end.IsCancellationRequested)
        {
            await Task.WhenAll(scene.Cluster.Silos.Select(silo => CollectAsync(silo.Id)));
            collections += scene.Cluster.Silos.Count;
            await Task.Delay(Period, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        scene.Step("it is idle");
        double[] fences = await Task.WhenAll(scene.Cluster.Silos.Select(silo => silo.MetricAsync("orleans_limiter_fences_total")));
        double[] seconds = await Task.WhenAll(scene.Cluster.Silos.Select(silo => silo.MetricAsync("orleans_limiter_fenced_seconds_total")));
        scene.Expect(
            fences.Sum() == 0,
            $"{collections:n0} collections of all generations. Fences closed {fences.Sum():n0} times, for {seconds.Sum():f2} s in all.");
    }

    private static void Burn(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            Thread.SpinWait(1000);
        }
    }

    private static async Task CollectAsync(int process)
    {
        using EventPipeSession session = await new DiagnosticsClient(process).StartEventPipeSessionAsync(
            new EventPipeProvider(Runtime, EventLevel.Informational, Collect), requestRundown: false, 1, CancellationToken.None);
        Task reading = session.EventStream.CopyToAsync(Stream.Null);
        await Task.Delay(TimeSpan.FromSeconds(1));
        await session.StopAsync(CancellationToken.None);
        await reading;
    }
}
