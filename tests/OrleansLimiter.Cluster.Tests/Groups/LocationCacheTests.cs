namespace OrleansLimiter.Cluster.Tests;

/// <summary>The number of cached locations is bounded, and used ones stay.</summary>
public sealed class LocationCacheTests
{
    private readonly LocationCache _cache = new(max: 100);

    [Fact]
    public void Unused_locations_are_removed_and_used_ones_stay()
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
    public void A_group_that_has_moved_has_its_new_location()
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
    public void A_removed_location_is_not_restored_from_the_old_ones()
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
