using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Benchmarks;

/// <summary>
/// One decision on one of a thousand warm keys, on one thread, compared with the limiters of .NET. The partition of the baseline
/// is account, endpoint and mode, with 60 segments of a minute. Two and three limits have baselines of their own: the limiters
/// of .NET, chained.
/// </summary>
[MemoryDiagnoser, CategoriesColumn, GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class DecisionBenchmarks
{
    private const int Keys = 1000;
    private const int Plenty = 1_000_000_000;

    private readonly Scene _scene = new();
    private readonly (string Account, string Endpoint, string Mode)[] _partitions = new (string, string, string)[Keys];
    private readonly GroupKey[] _keys = new GroupKey[Keys];
    private readonly GroupRules _rules = new([new("endpoint", new(Algorithm.RollingWindow, Plenty, TimeSpan.FromMinutes(1)))], new(1, 0));
    private readonly LimitRequest[] _requests = new LimitRequest[Keys];
    private readonly LimitRequest[] _front = new LimitRequest[Keys];
    // A short window, so that the log never fills: each key is used every 0.1 ms, so about 100 permits are in the log.
    private readonly Policy _rollingLog = Scene.OneLimit(Algorithm.RollingWindow, 4096, TimeSpan.FromMilliseconds(10));
    private readonly Policy _rollingSlots = Scene.OneLimit(Algorithm.RollingWindow, Plenty);
    private readonly Policy _fixedWindow = Scene.OneLimit(Algorithm.FixedWindow, Plenty);
    private readonly Policy _leakyBucket = Scene.OneLimit(Algorithm.LeakyBucket, Plenty);
    private readonly Policy _usedUp = Scene.OneLimit(Algorithm.RollingWindow, 1);
    private readonly Policy _twoLimits = Scene.Front(withEndpointLimit: false);
    private readonly Policy _threeLimits = Scene.Front(withEndpointLimit: true);
    private readonly Policy _refusedBySecond =
        Scene.Front(withEndpointLimit: false, burst: new(Algorithm.RollingWindow, 1, TimeSpan.FromMinutes(1)));
    private readonly Policy _oneGroup = Scene.TwoAccountLimits();
    private PartitionedRateLimiter<FrontKey> _twoChained = null!;
    private PartitionedRateLimiter<FrontKey> _threeChained = null!;
    private readonly FrontKey[] _frontKeys = new FrontKey[Keys];
    private PartitionedRateLimiter<(string Account, string Endpoint, string Mode)> _slidingWindow = null!;
    private PartitionedRateLimiter<string> _slidingWindowByString = null!;
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        for (int i = 0; i < Keys; i++)
        {
            _partitions[i] = ($"m_{i}", "charge_intents", "live");
            _keys[i] = GroupKey.ForEndpoint("store", new(AccountKind.Id, $"m_{i}"), "charge_intents", "live");
            _ = _scene.Store.ExecuteAsync(new(_keys[i], BucketOperation.Acquire(_rules, 1))).Result;
            _requests[i] = Scene.Request(_rollingLog, $"m_{i}", "POST", "/v1/charge_intents");
            _front[i] = Scene.Request(_threeLimits, $"cmp_{i}", "POST", "/channels/cha_1/messages");
            _frontKeys[i] = new($"cmp_{i}", "channel_messages", "cha_1", "live");
        }

        var options = new SlidingWindowRateLimiterOptions
        {
            PermitLimit = Plenty,
            Window = TimeSpan.FromMinutes(1),
            SegmentsPerWindow = 60,
            QueueLimit = 0,
        };
        _slidingWindow = PartitionedRateLimiter.Create<(string, string, string), (string, string, string)>(
            key => RateLimitPartition.GetSlidingWindowLimiter(key, _ => options));
        _slidingWindowByString = PartitionedRateLimiter.Create<string, string>(
            key => RateLimitPartition.GetSlidingWindowLimiter(key, _ => options));
        _twoChained = ChainedLimiters.Of(2);
        _threeChained = ChainedLimiters.Of(3);
    }

    [BenchmarkCategory("1 limit"), Benchmark(Baseline = true, Description = "BCL sliding window, same key")]
    public bool SlidingWindow()
    {
        using RateLimitLease lease = _slidingWindow.AttemptAcquire(_partitions[Next()]);
        return lease.IsAcquired;
    }

    [BenchmarkCategory("1 limit"), Benchmark(Description = "BCL sliding window, account only")]
    public bool SlidingWindowByString()
    {
        using RateLimitLease lease = _slidingWindowByString.AttemptAcquire(_partitions[Next()].Account);
        return lease.IsAcquired;
    }

    [BenchmarkCategory("1 limit"), Benchmark(Description = "store alone, rolling window, slots")]
    public bool StoreAlone() =>
        _scene.Store.TryAcquire(_keys[Next()], _rules, 1, out Reading reading, out _) && reading.Allowed;

    [BenchmarkCategory("1 limit"), Benchmark(Description = "rolling window, log")]
    public bool RollingLog() => Decide(_rollingLog, _requests);

    [BenchmarkCategory("1 limit"), Benchmark(Description = "rolling window, slots")]
    public bool RollingSlots() => Decide(_rollingSlots, _requests);

    [BenchmarkCategory("1 limit"), Benchmark(Description = "fixed window")]
    public bool FixedWindow() => Decide(_fixedWindow, _requests);

    [BenchmarkCategory("1 limit"), Benchmark(Description = "leaky bucket")]
    public bool LeakyBucket() => Decide(_leakyBucket, _requests);

    [BenchmarkCategory("1 limit"), Benchmark(Description = "refused")]
    public bool Refused() => Decide(_usedUp, _requests);

    [BenchmarkCategory("2 limits"), Benchmark(Baseline = true, Description = "BCL, two chained limiters, same keys")]
    public bool TwoChained() => Acquire(_twoChained);

    [BenchmarkCategory("2 limits"), Benchmark(Description = "front: company and burst, two groups")]
    public bool TwoLimitsOfFront() => Decide(_twoLimits, _front);

    [BenchmarkCategory("2 limits"), Benchmark(Description = "front, refused by the second of two limits")]
    public bool RefusedBySecond() => Decide(_refusedBySecond, _front);

    [BenchmarkCategory("2 limits"), Benchmark(Description = "two account limits, one group")]
    public bool TwoLimitsOfOneGroup() => Decide(_oneGroup, _requests);

    [BenchmarkCategory("3 limits"), Benchmark(Baseline = true, Description = "BCL, three chained limiters, same keys")]
    public bool ThreeChained() => Acquire(_threeChained);

    [BenchmarkCategory("3 limits"), Benchmark(Description = "front with a limit per endpoint, three groups")]
    public bool ThreeLimitsOfFront() => Decide(_threeLimits, _front);

    private bool Acquire(PartitionedRateLimiter<FrontKey> limiter)
    {
        using RateLimitLease lease = limiter.AttemptAcquire(_frontKeys[Next()]);
        return lease.IsAcquired;
    }

    private bool Decide(Policy policy, LimitRequest[] requests) =>
        _scene.Limiter.CheckAsync(policy, requests[Next()]).Result.Allowed;

    private int Next() => _next = _next + 1 == Keys ? 0 : _next + 1;
}
