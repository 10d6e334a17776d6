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

    [Fact]
    public void Long_names_take_the_room_of_several_groups()
    {
        for (int i = 0; i < 100; i++)
        {
            _cache.Add(Long(i), new(local: null, channel: null, i)); // each takes the room of four
        }

        Assert.InRange(Enumerable.Range(0, 100).Count(i => _cache.Find(Long(i)) is not null), 12, 26);
    }

    [Fact]
    public void Locations_that_were_not_used_between_two_trims_are_removed()
    {
        var cache = new LocationCache(max: 1_000_000);
        for (int i = 0; i <= LocationCache.KeptGroups; i++)
        {
            cache.Add(Key(i), new(null, null, i));
        }

        cache.Trim();
        Assert.NotNull(cache.Find(Key(7)));
        cache.Trim();

        Assert.Null(cache.Find(Key(8)));
        Assert.NotNull(cache.Find(Key(7)));
    }

    [Fact]
    public void A_few_locations_are_never_trimmed()
    {
        GroupLocation group = Add(1);

        _cache.Trim();
        _cache.Trim();

        Assert.Same(group, _cache.Find(Key(1)));
    }

    private static GroupKey Long(int i) => GroupKey.ForEndpoint("p", new(AccountKind.Id, $"m_{i}".PadRight(256)), new('e', 512), "");

    private static GroupKey Key(int i) => GroupKey.ForAccount("p", new(AccountKind.Id, $"m_{i}"));

    private GroupLocation Add(int i)
    {
        var group = new GroupLocation(local: null, channel: null, i);
        _cache.Add(Key(i), group);
        return group;
    }
}
