namespace OrleansLimiter.Core.Tests.Models;

/// <summary>Rules of every kind: small, large, and at the minimum and maximum values.</summary>
internal static class SomeRules
{
    public static readonly Rule[] Rolling =
    [
        new(Algorithm.RollingWindow, 1, Rule.MinWindow),
        new(Algorithm.RollingWindow, 5, TimeSpan.FromSeconds(1)),
        new(Algorithm.RollingWindow, 3, TimeSpan.FromSeconds(60)),
        new(Algorithm.RollingWindow, 4096, TimeSpan.FromSeconds(400)),
        new(Algorithm.RollingWindow, 9, TimeSpan.FromSeconds(400) + TimeSpan.FromTicks(1)),
        new(Algorithm.RollingWindow, 7, Rule.MaxWindow),
    ];

    public static readonly Rule[] Slots =
    [
        new(Algorithm.RollingWindow, 4097, TimeSpan.FromSeconds(1)),
        new(Algorithm.RollingWindow, 10_000, Rule.MinWindow),
        new(Algorithm.RollingWindow, Rule.MaxPermits, TimeSpan.FromSeconds(60)),
    ];

    public static readonly Rule[] Fixed =
    [
        new(Algorithm.FixedWindow, 1, Rule.MinWindow),
        new(Algorithm.FixedWindow, 10, TimeSpan.FromSeconds(1)),
        new(Algorithm.FixedWindow, Rule.MaxPermits, Rule.MaxWindow),
    ];

    public static readonly Rule[] Drains =
    [
        new(Algorithm.LeakyBucket, 40, TimeSpan.FromSeconds(60)),
        new(Algorithm.LeakyBucket, 7, TimeSpan.FromSeconds(1)),
        new(Algorithm.LeakyBucket, Rule.MaxPermits, Rule.MinWindow),
        new(Algorithm.LeakyBucket, 6, Rule.MaxWindow),
        new(Algorithm.TokenBucket, 10, TimeSpan.FromSeconds(1), 3),
        new(Algorithm.TokenBucket, 3, TimeSpan.FromSeconds(7), 50),
    ];

    public static readonly Rule[] Odd =
    [
        new(Algorithm.RollingWindow, 0, TimeSpan.FromSeconds(1)),
        new(Algorithm.LeakyBucket, 0, TimeSpan.FromSeconds(1)),
        new(Algorithm.RollingWindow, 4096, TimeSpan.FromSeconds(1)),
        new(Algorithm.RollingWindow, 4097, TimeSpan.FromMilliseconds(70)),
        new(Algorithm.FixedWindow, 3, TimeSpan.FromMilliseconds(100)),
        new(Algorithm.FixedWindow, 25, TimeSpan.FromSeconds(100)),
        new(Algorithm.LeakyBucket, 25, TimeSpan.FromMilliseconds(900)),
        new(Algorithm.TokenBucket, 2, TimeSpan.FromMilliseconds(300), 9),
    ];

    /// <summary>Enough permits for leases, and windows that close before a lease ends.</summary>
    public static readonly Rule[] Leased =
    [
        new(Algorithm.RollingWindow, 40, TimeSpan.FromMilliseconds(300)),
        new(Algorithm.RollingWindow, 9, TimeSpan.FromSeconds(2)),
        new(Algorithm.RollingWindow, 5000, TimeSpan.FromMilliseconds(500)),
        new(Algorithm.FixedWindow, 40, TimeSpan.FromMilliseconds(200)),
        new(Algorithm.FixedWindow, 9, TimeSpan.FromSeconds(1)),
        new(Algorithm.LeakyBucket, 40, TimeSpan.FromMilliseconds(700)),
        new(Algorithm.TokenBucket, 7, TimeSpan.FromMilliseconds(900), 20),
    ];

    public static readonly Rule[] All = [.. Rolling, .. Slots, .. Fixed, .. Drains, .. Odd];
}
