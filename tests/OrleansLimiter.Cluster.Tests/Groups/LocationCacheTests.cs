namespace OrleansLimiter.Cluster.Tests;

/// <summary>What a front-end remembers of groups is bounded, and what is asked stays.</summary>
public sealed class LocationCacheTests
{
    private readonly LocationCache _cache = new(max: 100);

    [Fact]
    public void What_nobody_asks_is_forgotten_and_what_is_asked_stays()
    {
        Add(0);
        Add(1);
        for (int i = 2; i < 10_000; i++)
        {
            Add(i);
            Assert.NotNull(_cache.Find(Key(0)));
        }

        Assert.Null(_cache.Find(Key(1)));
        Assert.InRange(Enumerable.Range(0, 10_000).Count(i => _cache.Find(Key(i)) is not null), 50, 100);
    }

    [Fact]
    public void A_group_that_has_moved_is_known_at_its_new_place()
    {
        GroupLocation before = Add(7);
        GroupLocation after = Add(7);
        Assert.Same(after, _cache.Find(Key(7)));

        _cache.Remove(Key(7), before);
        Assert.Same(after, _cache.Find(Key(7)));
        _cache.Remove(Key(7), after);
        Assert.Null(_cache.Find(Key(7)));
    }

    [Fact]
    public void What_is_forgotten_does_not_come_back_when_the_old_ones_are_looked_through()
    {
        GroupLocation group = Add(1);
        for (int i = 2; i < 52; i++)
        {
            Add(i);
        }

        _cache.Remove(Key(1), group);
        Assert.Null(_cache.Find(Key(1)));
    }

    private static GroupKey Key(int i) => GroupKey.ForAccount("p", new(AccountKind.Id, $"m_{i}"));

    private GroupLocation Add(int i)
    {
        var group = new GroupLocation(local: null, channel: null, i);
        _cache.Add(Key(i), group);
        return group;
    }
}
