using OrleansLimiter.Decisions;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>A kind of traffic.</summary>
/// <param name="Name">The name in the results.</param>
/// <param name="Policy">The policy: <c>bench</c> refuses nothing, <c>attack</c> allows 500 a second.</param>
/// <param name="Keys">The number of accounts, which is the number of keys of each limit.</param>
/// <param name="Limits">The number of limits of a request.</param>
/// <param name="OneAccount">Whether the keys are endpoints of one account instead. Only without HTTP.</param>
internal sealed record Shape(string Name, string Policy, int Keys, int Limits = 1, bool OneAccount = false)
{
    public static readonly Shape Mix = new("1,000 keys", "bench", 1_000);
    public static readonly Shape HotKey = new("one hot key", "bench", 1);
    public static readonly Shape Attack = new("attack", "attack", 1);

    /// <summary>The hot key with a policy that allows leases. Only without HTTP.</summary>
    public static readonly Shape Leased = new("one hot key, leased", "leased", 1);

    public static readonly Shape[] All = [Mix, HotKey, Attack];

    /// <summary>The same accounts with one, two and three limits. Nothing is refused.</summary>
    public static readonly Shape[] ByLimits = [Mix, Mix.With(2), Mix.With(3)];

    /// <summary>One account, refused by the last of one, two and three limits.</summary>
    public static readonly Shape[] AttackByLimits = [Attack, Attack.With(2), Attack.With(3)];

    /// <summary>The path of the policy.</summary>
    public string File => Files.Of($"{Policy}.yaml");

    private Shape With(int limits) => new($"{Name}, {(limits == 2 ? "two" : "three")} limits", $"{Policy}-{limits}", Keys, limits);
}
