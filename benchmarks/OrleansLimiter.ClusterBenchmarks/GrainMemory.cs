using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using OrleansLimiter.Policies.Decisions;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>What a living grain takes in a silo, everything counted: its activation, its place in the directory, and its group.</summary>
internal static class GrainMemory
{
    private const int Grains = 100_000;

    public static async Task WriteAsync(TextWriter report)
    {
        (int port, int gateway) = (SiloProcess.FreePort(), SiloProcess.FreePort());
        using IHost silo = await SiloProcess.StartHereAsync(port, gateway, port);
        var scene = new Scene(silo.Services.GetRequiredService<IGrainFactory>());
        LimitRequest[] requests = scene.Requests(Grains + 1_000);
        await TakeAsync(scene, requests.AsMemory(Grains)); // what is made once is not a grain's
        long before = GC.GetTotalMemory(forceFullCollection: true);
        await TakeAsync(scene, requests.AsMemory(0, Grains));
        long after = GC.GetTotalMemory(forceFullCollection: true);
        await report.WriteLineAsync(FormattableString.Invariant($"{(after - before) / Grains:n0} bytes a living grain, at {Grains:n0} grains"));
        GC.KeepAlive(requests);
        GC.KeepAlive(silo);
    }

    // So many activations at once take some decisions past their deadline; the grain lives when one has been counted.
    private static Task TakeAsync(Scene scene, ReadOnlyMemory<LimitRequest> requests) => Parallel.ForAsync(
        0, requests.Length, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
        {
            while (!await scene.DecideAsync(requests.Span[i]))
            {
            }
        });
}
