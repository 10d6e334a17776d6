namespace OrleansLimiter.Cluster.Tests;

/// <summary>What a front-end remembers of groups is bounded, and what is asked stays.</summary>
public sealed class KnownGroupsTests
{
    private readonly KnownGroups _known = new(max: 100);

    [Fact]
    public void What_nobody_asks_is_forgotten_and_what_is_asked_stays()
    {
        Learn(0);
        Learn(1);
        for (int i = 2; i < 10_000; i++)
        {
            Learn(i);
            Assert.NotNull(_known.Find(Key(0)));
        }

        Assert.Null(_known.Find(Key(1)));
        Assert.InRange(Enumerable.Range(0, 10_000).Count(i => _known.Find(Key(i)) is not null), 50, 100);
    }

    [Fact]
    public void A_group_that_has_moved_is_known_at_its_new_place()
    {
        KnownGroup before = Learn(7);
        KnownGroup after = Learn(7);
        Assert.Same(after, _known.Find(Key(7)));

        _known.Forget(Key(7), before);
        Assert.Same(after, _known.Find(Key(7)));
        _known.Forget(Key(7), after);
        Assert.Null(_known.Find(Key(7)));
    }

    [Fact]
    public void What_is_forgotten_does_not_come_back_when_the_old_ones_are_looked_through()
    {
        KnownGroup group = Learn(1);
        for (int i = 2; i < 52; i++)
        {
            Learn(i);
        }

        _known.Forget(Key(1), group);
        Assert.Null(_known.Find(Key(1)));
    }

    private static GroupKey Key(int i) => GroupKey.ForAccount("p", new(AccountKind.Id, $"m_{i}"));

    private KnownGroup Learn(int i)
    {
        var group = new KnownGroup(local: null, lane: null, i);
        _known.Learn(Key(i), group);
        return group;
    }
}
