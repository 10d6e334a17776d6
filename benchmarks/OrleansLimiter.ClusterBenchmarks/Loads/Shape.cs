using OrleansLimiter.Decisions;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>A kind of traffic.</summary>
/// <param name="Name">The name in the results.</param>
/// <param name="Policy">The policy: <c>bench</c> refuses nothing, <c>attack</c> allows 500 a second.</param>
/// <param name="Keys">The number of accounts.</param>
internal sealed record Shape(string Name, string Policy, int Keys)
{
    public static readonly Shape Mix = new("1,000 keys", "bench", 1_000);
    public static readonly Shape HotKey = new("one hot key", "bench", 1);
    public static readonly Shape Attack = new("attack", "attack", 1);

    /// <summary>The hot key with a policy that allows leases. Only without HTTP.</summary>
    public static readonly Shape Leased = new("one hot key, leased", "leased", 1);

    public static readonly Shape[] All = [Mix, HotKey, Attack];

    /// <summary>The path of the policy.</summary>
    public string File => Files.Of($"{Policy}.yaml");
}
