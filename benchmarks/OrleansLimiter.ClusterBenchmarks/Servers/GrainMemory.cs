using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansLimiter.Policies;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The memory of a living grain in a silo, including activation, directory entry and bucket group.</summary>
internal static class GrainMemory
{
    public const int Grains = 100_000;

    private const int Fillers = 64;

    /// <summary>Writes the bytes of one grain. Runs in a separate process.</summary>
    public static async Task WriteAsync(int port, int gateway)
    {
        using IHost silo = await SiloHost.StartAsync(port, gateway, port);
        var scene = new Scene(silo.Services.GetRequiredService<IBucketStore>(), Files.Of("memory.yaml"));
        LimitRequest[] requests = scene.Requests(Grains + 1_000);
        await FillAsync(requests.AsMemory(Grains)); // creates what all grains share
        long before = GC.GetTotalMemory(forceFullCollection: true);
        await FillAsync(requests.AsMemory(0, Grains));
        long after = GC.GetTotalMemory(forceFullCollection: true);
        Console.WriteLine((after - before) / Grains);
        GC.KeepAlive(requests);
        GC.KeepAlive(silo);

        async Task FillAsync(ReadOnlyMemory<LimitRequest> some) =>
            await CallerLoad.EachOnceAsync(Fillers, some.Length, i => scene.CountAsync(some.Span[i]));
    }
}
