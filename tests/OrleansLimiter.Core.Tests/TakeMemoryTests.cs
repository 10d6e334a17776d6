using static OrleansLimiter.Core.Tests.One;

namespace OrleansLimiter.Core.Tests;

public class TakeMemoryTests
{
    private static readonly GroupRules Rules = Rule(Algorithm.FixedWindow, 1_000_000, 60);

    private readonly TakeMemory _memory = new();

    [Fact]
    public void Of_a_flood_of_final_takes_the_latest_thousand_are_remembered()
    {
        Record(1, 3000, TakeStatus.Final, at: 0);

        Assert.Equal(1024, _memory.Count);
        Assert.Equal((-1, 0, 1023), (_memory.Find(new(1976)), _memory.Find(new(1977)), _memory.Find(new(3000))));
    }

    [Fact]
    public void A_held_take_is_kept_while_thousands_pass_behind_it()
    {
        Record(1, 1, TakeStatus.Held, at: 0);
        Record(2, 3000, TakeStatus.Final, at: 0.5);
        Assert.Equal(0, _memory.Find(new(1)));

        _memory.Forget(At(1));

        Assert.Equal((-1, 1023), (_memory.Find(new(1)), _memory.Count));
    }

    [Fact]
    public void No_flood_behind_a_held_take_fills_memory()
    {
        Record(1, 1, TakeStatus.Held, at: 0);
        Record(2, 100_000, TakeStatus.Held, at: 0);

        Assert.Equal(16 * 1024, _memory.Count);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(33)]
    [InlineData(500)]
    public void Every_take_is_found_by_its_id_and_no_other(int count)
    {
        Record(1, count, TakeStatus.Held, at: 0);

        Assert.All(Enumerable.Range(0, count), i => Assert.Equal(i, _memory.Find(new(i + 1))));
        Assert.Equal((-1, -1), (_memory.Find(TakeId.None), _memory.Find(new(count + 1))));
    }

    [Fact]
    public void Takes_are_found_while_older_ones_are_forgotten()
    {
        for (int second = 0; second < 100; second++)
        {
            Record(100 * second + 1, 100, TakeStatus.Final, at: second);

            // Those of this second and of the one before.
            Assert.Equal(Math.Min(200, 100 * (second + 1)), _memory.Count);
            Assert.Equal(_memory.Count - 1, _memory.Find(new(100 * second + 100)));
            Assert.Equal(-1, _memory.Find(new(100 * second - 100)));
        }
    }

    [Theory]
    [InlineData(20)]
    [InlineData(1500)]
    [InlineData(10_000)]
    public void However_many_takes_came_before_those_that_are_remembered_are_found_and_no_others(int perSecond)
    {
        var random = new Random(perSecond);
        var came = new List<TakeId>();
        int forgotten = 0;
        for (int i = 0; i < 150_000; i++)
        {
            Instant now = At(i / (double)perSecond);
            TakeId id = random.Next(4) == 0 ? TakeId.None : new(random.NextInt64(1, long.MaxValue));
            _memory.Forget(now);
            _memory.Record(new(id, now, 1, random.Next(200) == 0 ? TakeStatus.Held : TakeStatus.Final, Rules));
            came.Add(id);
            forgotten = came.Count - _memory.Count;
            AssertFound(i);
            AssertFound(random.Next(came.Count));
            AssertFound(random.Next(forgotten, came.Count));
        }

        void AssertFound(int i) =>
            Assert.Equal(came[i] == TakeId.None || i < forgotten ? -1 : i - forgotten, _memory.Find(came[i]));
    }

    [Fact]
    public void What_is_held_is_what_was_neither_confirmed_nor_returned_nor_forgotten()
    {
        Record(1, 40, TakeStatus.Held, at: 0);
        _memory.Settle(_memory.Find(new(7)), TakeStatus.Final);
        _memory.Settle(_memory.Find(new(8)), TakeStatus.Returned);
        _memory.Settle(_memory.Find(new(8)), TakeStatus.Returned);

        Assert.Equal((38, TimeSpan.FromSeconds(0.5)), _memory.HeldIn(Rules.Rules[0].Bucket, At(0.5)));
        Assert.Equal((0, TimeSpan.Zero), _memory.HeldIn(Rules.Rules[0].Bucket, At(1)));
        _memory.Forget(At(2));
        Record(50, 1, TakeStatus.Held, at: 2);

        Assert.Equal((1, TimeSpan.FromSeconds(1)), _memory.HeldIn(Rules.Rules[0].Bucket, At(2)));
    }

    [Fact]
    public void Once_no_take_has_an_id_any_more_nothing_is_remembered()
    {
        Record(1, 1, TakeStatus.Final, at: 0);
        _memory.Record(new(TakeId.None, At(1.5), 1, TakeStatus.Final, Rules));

        _memory.Forget(At(2));

        Assert.True(_memory.IsEmpty);
    }

    [Fact]
    public void A_group_whose_takes_have_no_ids_remembers_none()
    {
        var group = new Group();
        group.Take(Rules, 1, At(0));

        Assert.True(group.Trim(At(60)));
    }

    private void Record(long firstId, int count, TakeStatus status, double at)
    {
        for (int i = 0; i < count; i++)
        {
            _memory.Forget(At(at));
            _memory.Record(new(new(firstId + i), At(at), 1, status, Rules));
        }
    }
}
