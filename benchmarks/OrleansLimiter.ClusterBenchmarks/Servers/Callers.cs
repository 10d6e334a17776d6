using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansLimiter.Policies;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>A process of callers, with a silo in it or in other processes. Each line of input is an <see cref="Order"/>.</summary>
internal static class Callers
{
    /// <summary>A load and its duration; or, with <c>Fills</c>, one request for each key.</summary>
    public sealed record Order(int Callers, int Keys, string PolicyFile, double Seconds, bool Fills = false);

    public static async Task ServeAsync(IHost host)
    {
        IBucketStore groups = host.Services.GetRequiredService<IBucketStore>();

        // Cached, because the creation of a million requests would count as CPU time of the callers.
        Dictionary<(string, int), (Scene, LimitRequest[])> kept = [];
        await ChildProtocol.RunAsync(async line =>
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
