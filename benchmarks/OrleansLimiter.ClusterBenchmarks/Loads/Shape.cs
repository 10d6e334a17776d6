using OrleansLimiter.Decisions;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>Who asks.</summary>
/// <param name="Name">What the results call it.</param>
/// <param name="Policy">By which policy: <c>bench</c> refuses nobody, <c>attack</c> lets 500 a second pass.</param>
/// <param name="Keys">How many accounts there are.</param>
/// <param name="Limits">How many limits a request has.</param>
internal sealed record Shape(string Name, string Policy, int Keys, int Limits = 1)
{
    public static readonly Shape Mix = new("1,000 keys", "bench", 1_000);
    public static readonly Shape HotKey = new("one hot key", "bench", 1);
    public static readonly Shape Attack = new("attack", "attack", 1);

    /// <summary>Without HTTP only: the hot key where the policy lets front-ends lease.</summary>
    public static readonly Shape Leased = new("one hot key, leased", "leased", 1);

    public static readonly Shape[] All = [Mix, HotKey, Attack];

    /// <summary>The same accounts with one, two and three limits; nobody is over a limit.</summary>
    public static readonly Shape[] ByLimits = [Mix, Mix.With(2), Mix.With(3)];

    /// <summary>One account, refused by the last of one, two and three limits.</summary>
    public static readonly Shape[] AttackByLimits = [Attack, Attack.With(2), Attack.With(3)];

    /// <summary>Where the policy is.</summary>
    public string File => Files.Of($"{Policy}.yaml");

    private Shape With(int limits) => new($"{Name}, {(limits == 2 ? "two" : "three")} limits", $"{Policy}-{limits}", Keys, limits);
}
