using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansLimiter.Policies.Decisions;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>A process of callers over a silo inside it, or over silos elsewhere. Each line is an <see cref="Order"/>.</summary>
internal static class Callers
{
    /// <summary>What to ask, and for how long; or no longer than it takes to bring the group of each key to life.</summary>
    public sealed record Order(int Callers, int Keys, string PolicyFile, double Seconds, bool Fills = false);

    public static async Task ServeAsync(IHost host)
    {
        IGroups groups = host.Services.GetRequiredService<IGroups>();
        await Standing.ByAsync(async line => JsonSerializer.Serialize(await RunAsync(groups, JsonSerializer.Deserialize<Order>(line)!)));
    }

    public static async Task<Outcome> AskAsync(this Child callers, Order order) =>
        JsonSerializer.Deserialize<Outcome>(await callers.AskAsync(JsonSerializer.Serialize(order)))!;

    private static async Task<Outcome> RunAsync(IGroups groups, Order order)
    {
        var scene = new Scene(groups, order.PolicyFile);
        LimitRequest[] requests = scene.Requests(order.Keys);
        return order.Fills
            ? await CallerLoad.EachOnceAsync(order.Callers, requests.Length, i => scene.CountAsync(requests[i]))
            : await CallerLoad.RunAsync(order.Callers, TimeSpan.FromSeconds(order.Seconds), i => scene.DecideAsync(requests[i % requests.Length]));
    }
}
