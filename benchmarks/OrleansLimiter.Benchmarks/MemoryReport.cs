using System.Diagnostics;
using System.Threading.RateLimiting;

namespace OrleansLimiter.Benchmarks;

/// <summary>
/// The memory of a living key, including the account's name, its entry in the dictionary, the bucket group, its
/// bucket and the numbers. Measured with a million keys of each kind, in separate processes, so that one kind does
/// not affect the next.
/// </summary>
internal static class MemoryReport
{
    private const int Keys = 1_000_000;
    private const int Permits = 160;

    private static readonly (string Name, Action Measure)[] Kinds =
    [
        ("rolling window, 160 a minute, 8 requests in it", () => Ours(Algorithm.RollingWindow, Permits, 8)),
        ("BCL sliding window, 60 segments, 8 requests in it", () => Theirs(SlidingWindow)),
        ("rolling window, 160 a minute, full", () => Ours(Algorithm.RollingWindow, Permits, Permits)),
        ("rolling window, 100,000 a minute (slots), 8 requests in it", () => Ours(Algorithm.RollingWindow, 100_000, 8)),
        ("fixed window, 8 requests in it", () => Ours(Algorithm.FixedWindow, Permits, 8)),
        ("leaky bucket, 8 requests in it", () => Ours(Algorithm.LeakyBucket, Permits, 8)),
        ("token bucket, 8 requests in it", () => Ours(Algorithm.TokenBucket, Permits, 8)),
        ("BCL token bucket, 8 requests in it", () => Theirs(TokenBucket)),
    ];

    /// <summary>Measures every kind and writes a table.</summary>
    public static void WriteAll()
    {
        Console.WriteLine("| one living key of a million | bytes |");
        Console.WriteLine("|---|---:|");
        for (int i = 0; i < Kinds.Length; i++)
        {
            using var child = Process.Start(Environment.ProcessPath!, [typeof(MemoryReport).Assembly.Location, "memory", $"{i}"]);
            child.WaitForExit();
        }
    }

    /// <summary>Measures one kind in this process.</summary>
    public static void WriteOne(int kind)
    {
        Console.Write($"| {Kinds[kind].Name} | ");
        Kinds[kind].Measure();
        Console.WriteLine(" |");
    }

    private static void Ours(Algorithm algorithm, int permits, int acquisitions)
    {
        // A window of an hour, so that nothing decays before the measurement. The stored numbers are the same.
        var rules = new GroupRules([new("endpoint", new(algorithm, permits, TimeSpan.FromHours(1)))], new(1, 0));
        Count(new InProcessBucketStore(new LimiterClock(TimeProvider.System), Keys), (store, account) =>
        {
            var key = GroupKey.ForEndpoint("frame-v1", new(AccountKind.Id, account), "charge_intents", "live");
            for (int i = 0; i < acquisitions; i++)
            {
                _ = store.ExecuteAsync(new(key, BucketOperation.Acquire(rules, 1))).Result;
            }
        });
    }

    private static void Theirs(Func<string, RateLimitPartition<string>> partition) =>
        Count(PartitionedRateLimiter.Create(partition), (limiter, account) =>
        {
            for (int i = 0; i < 8; i++)
            {
                using RateLimitLease lease = limiter.AttemptAcquire(account);
            }
        });

    private static void Count<T>(T limiter, Action<T, string> use)
        where T : IDisposable
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < Keys; i++)
        {
            use(limiter, $"mer_{i}");
        }

        Console.Write((GC.GetTotalMemory(forceFullCollection: true) - before) / Keys);
        limiter.Dispose();
    }

    private static RateLimitPartition<string> SlidingWindow(string account) =>
        RateLimitPartition.GetSlidingWindowLimiter(account, _ => new()
        {
            PermitLimit = Permits,
            Window = TimeSpan.FromHours(1),
            SegmentsPerWindow = 60,
            QueueLimit = 0,
        });

    private static RateLimitPartition<string> TokenBucket(string account) =>
        RateLimitPartition.GetTokenBucketLimiter(account, _ => new()
        {
            TokenLimit = Permits,
            TokensPerPeriod = Permits,
            ReplenishmentPeriod = TimeSpan.FromHours(1),
            QueueLimit = 0,
        });
}
