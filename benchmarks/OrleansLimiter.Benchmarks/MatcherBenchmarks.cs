using BenchmarkDotNet.Attributes;
using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Benchmarks;

/// <summary>The endpoint matcher alone: which endpoint a method and a path belong to.</summary>
[MemoryDiagnoser]
public class MatcherBenchmarks
{
    private readonly Dictionary<string, EndpointMatcher> _matchers =
        Scene.Definitions.ToDictionary(policy => policy.Name, policy => new Policy(policy).Endpoints);

    [Benchmark(Baseline = true, Description = "listed family")]
    public int Listed() => Match("frame-v1", "POST", "/v1/charge_intents");

    [Benchmark(Description = "listed, with a resource")]
    public int Resource() => Match("front", "POST", "/channels/cha_55c8c149/messages");

    [Benchmark(Description = "unlisted, ids taken out")]
    public int Unlisted() => Match("frame-v1", "GET", "/v1/refunds/re_8f14e45f/lines/20");

    [Benchmark(Description = "listed, but not in normal form")]
    public int NotNormal() => Match("frame-v1", "POST", "/v1//%63harge_intents/?expand=1");

    private int Match(string policy, string method, string path) =>
        _matchers[policy].TryMatch(method, path, out EndpointMatch match, out _) ? match.Index : throw new InvalidOperationException(path);
}
