using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansLimiter.Policies;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>A process of callers over a silo inside it, or over silos elsewhere. Each line is an <see cref="Order"/>.</summary>
internal static class Callers
{
    /// <summary>What to ask, and for how long; or no longer than it takes to bring the group of each key to life.</summary>
    public sealed record Order(int Callers, int Keys, string PolicyFile, double Seconds, bool Fills = false);

    public static async Task ServeAsync(IHost host)
    {
        IBucketStore groups = host.Services.GetRequiredService<IBucketStore>();

        // Kept, because making a million requests would count as the CPU time of those who ask them.
        Dictionary<(string, int), (Scene, LimitRequest[])> kept = [];
        await Standing.ByAsync(async line =>
        {
            Order order = JsonSerializer.Deserialize<Order>(line)!;
            if (!kept.TryGetValue((order.PolicyFile, order.Keys), out (Scene Scene, LimitRequest[] Requests) asked))
            {
                var scene = new Scene(groups, order.PolicyFile);
                kept[(order.PolicyFile, order.Keys)] = asked = (scene, scene.Requests(order.Keys));
            }

            return JsonSerializer.Serialize(await RunAsync(order, asked.Scene, asked.Requests));
        });
    }

    public static async Task<Outcome> AskAsync(this Child callers, Order order) =>
        JsonSerializer.Deserialize<Outcome>(await callers.AskAsync(JsonSerializer.Serialize(order)))!;

    private static Task<Outcome> RunAsync(Order order, Scene scene, LimitRequest[] requests) => order.Fills
        ? CallerLoad.EachOnceAsync(order.Callers, requests.Length, i => scene.CountAsync(requests[i]))
        : CallerLoad.RunAsync(order.Callers, TimeSpan.FromSeconds(order.Seconds), i => scene.DecideAsync(requests[i % requests.Length]));
}
