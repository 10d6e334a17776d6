namespace OrleansLimiter.Embedded.Tests;

/// <summary>An engine on a clock turned by hand, and short names for what the tests ask it.</summary>
internal sealed class Engine : IDisposable
{
    public Engine(int maxGroups = EmbeddedGroups.DefaultMaxGroups) => Groups = new(new(Time), maxGroups);

    public FakeTime Time { get; } = new();

    public EmbeddedGroups Groups { get; }

    public static GroupRules Rules(Algorithm algorithm, int permits, double seconds = 60) =>
        new([new("limit", new(algorithm, permits, TimeSpan.FromSeconds(seconds)))], new(1, 0));

    public static GroupKey Key(int number) => GroupKey.ForAccount("policy", new(AccountKind.Id, $"m_{number}"));

    // The embedded engine answers at once.
    public GroupReply Take(int key, GroupRules rules, int cost = 1, TakeId id = default, bool hold = false) =>
        Groups.TakeAsync(Key(key), rules, cost, id, hold).Result;

    public GroupReply Read(int key, GroupRules rules) => Groups.ReadAsync(Key(key), rules, 1).Result;

    public int Reset(int key) => Groups.ResetAsync(Key(key).Account).Result;

    public void Advance(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    public void Dispose() => Groups.Dispose();
}
