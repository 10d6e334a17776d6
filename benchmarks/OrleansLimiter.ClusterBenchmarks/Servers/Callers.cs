using System.Text.Json;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>
/// A process of callers, with a silo in it, silos in other processes, or other limiters. Each line of input is an <see cref="Order"/>.
/// </summary>
internal static class Callers
{
    /// <summary>A load and its duration; or, with <c>Fill</c>, one request for each of these keys.</summary>
    public sealed record Order(
        int Callers, int Keys, string PolicyFile, double Seconds, int Limits = 1, bool OneAccount = false, Part? Fill = null);

    /// <summary>A range of keys.</summary>
    public sealed record Part(int From, int Count);

    public static async Task ServeAsync(Func<Order, Asked> prepare)
    {
        // Cached, because the creation of a million requests would count as CPU time of the callers.
        Dictionary<(string, int), Asked> kept = [];
        await ChildProtocol.RunAsync(async line =>
        {
            Order order = JsonSerializer.Deserialize<Order>(line)!;
            if (!kept.TryGetValue((order.PolicyFile, order.Keys), out Asked? asked))
            {
                kept[(order.PolicyFile, order.Keys)] = asked = prepare(order);
            }

            return JsonSerializer.Serialize(await RunAsync(order, asked));
        });
    }

    public static async Task<Outcome> AskAsync(this Child callers, Order order) =>
        JsonSerializer.Deserialize<Outcome>(await callers.AskAsync(JsonSerializer.Serialize(order)))!;

    private static Task<Outcome> RunAsync(Order order, Asked asked) => order.Fill is { } part
        ? CallerLoad.EachOnceAsync(order.Callers, part.Count, i => asked.CountAsync(part.From + i))
        : CallerLoad.RunAsync(order.Callers, TimeSpan.FromSeconds(order.Seconds), asked.DecideAsync);
}

/// <summary>The limiter that the callers use.</summary>
/// <param name="DecideAsync">Decides the request with this number. The keys are used in turn.</param>
/// <param name="CountAsync">Decides the request of a key until it is counted.</param>
internal sealed record Asked(Func<int, ValueTask<Verdict>> DecideAsync, Func<int, ValueTask<Verdict>> CountAsync);
