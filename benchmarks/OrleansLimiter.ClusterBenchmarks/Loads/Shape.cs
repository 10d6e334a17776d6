using OrleansLimiter.Decisions;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>Who asks.</summary>
/// <param name="Name">What the results call it.</param>
/// <param name="Policy">By which policy: <c>bench</c> refuses nobody, <c>attack</c> lets 500 a second pass.</param>
/// <param name="Keys">How many accounts there are.</param>
internal sealed record Shape(string Name, string Policy, int Keys)
{
    public static readonly Shape Mix = new("1,000 keys", "bench", 1_000);
    public static readonly Shape HotKey = new("one hot key", "bench", 1);
    public static readonly Shape Attack = new("attack", "attack", 1);

    /// <summary>Without HTTP only: the hot key where the policy lets front-ends lease.</summary>
    public static readonly Shape Leased = new("one hot key, leased", "leased", 1);

    public static readonly Shape[] All = [Mix, HotKey, Attack];

    /// <summary>Where the policy is.</summary>
    public string File => Files.Of($"{Policy}.yaml");
}
