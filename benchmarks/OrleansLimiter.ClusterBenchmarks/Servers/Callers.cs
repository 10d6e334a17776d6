using System.Text.Json;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>
/// A process of callers over a silo inside it, over silos elsewhere, or over other limiters. Each line is an <see cref="Order"/>.
/// </summary>
internal static class Callers
{
    /// <summary>What to ask, and for how long; or no longer than it takes to bring the groups of some keys to life.</summary>
    public sealed record Order(int Callers, int Keys, string PolicyFile, double Seconds, int Limits = 1, Part? Fill = null);

    /// <summary>Some of the keys.</summary>
    public sealed record Part(int From, int Count);

    public static async Task ServeAsync(Func<Order, Asked> prepare)
    {
        // Kept, because making a million requests would count as the CPU time of those who ask them.
        Dictionary<(string, int), Asked> kept = [];
        await Standing.ByAsync(async line =>
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

/// <summary>Who is asked by callers.</summary>
/// <param name="DecideAsync">Decides a request; of any number, which the keys divide.</param>
/// <param name="CountAsync">Decides the request of a key until it is counted.</param>
internal sealed record Asked(Func<int, ValueTask<Verdict>> DecideAsync, Func<int, ValueTask<Verdict>> CountAsync);
