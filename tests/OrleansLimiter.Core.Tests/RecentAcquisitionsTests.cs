using static OrleansLimiter.Core.Tests.One;

namespace OrleansLimiter.Core.Tests;

public class RecentAcquisitionsTests
{
    private static readonly GroupRules Rules = Rule(Algorithm.FixedWindow, 1_000_000, 60);

    private readonly RecentAcquisitions _memory = new();

    [Fact]
    public void Of_many_final_acquisitions_the_latest_1024_are_remembered()
    {
        Record(1, 3000, AcquisitionStatus.Final, at: 0);

        Assert.Equal(1024, _memory.Count);
        Assert.Equal((-1, 0, 1023), (_memory.Find(new(1976)), _memory.Find(new(1977)), _memory.Find(new(3000))));
    }

    [Fact]
    public void A_reservation_is_remembered_while_thousands_of_acquisitions_follow()
    {
        Record(1, 1, AcquisitionStatus.Reserved, at: 0);
        Record(2, 3000, AcquisitionStatus.Final, at: 0.5);
        Assert.Equal(0, _memory.Find(new(1)));

        _memory.Forget(At(1));

        Assert.Equal((-1, 1023), (_memory.Find(new(1)), _memory.Count));
    }

    [Fact]
    public void Acquisitions_after_a_reservation_do_not_grow_memory_without_bound()
    {
        Record(1, 1, AcquisitionStatus.Reserved, at: 0);
        Record(2, 100_000, AcquisitionStatus.Reserved, at: 0);

        Assert.Equal(16 * 1024, _memory.Count);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(33)]
    [InlineData(500)]
    public void Every_acquisition_is_found_by_its_own_id_only(int count)
    {
        Record(1, count, AcquisitionStatus.Reserved, at: 0);

        Assert.All(Enumerable.Range(0, count), i => Assert.Equal(i, _memory.Find(new(i + 1))));
        Assert.Equal((-1, -1), (_memory.Find(OperationId.None), _memory.Find(new(count + 1))));
    }

    [Fact]
    public void Acquisitions_are_found_while_older_ones_are_removed()
    {
        for (int second = 0; second < 100; second++)
        {
            Record(100 * second + 1, 100, AcquisitionStatus.Final, at: second);

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
    public void Remembered_acquisitions_are_found_and_removed_ones_are_not_after_any_number_of_acquisitions(int perSecond)
    {
        var random = new Random(perSecond);
        var came = new List<OperationId>();
        int forgotten = 0;
        for (int i = 0; i < 150_000; i++)
        {
            Instant now = At(i / (double)perSecond);
            OperationId id = random.Next(4) == 0 ? OperationId.None : new(random.NextInt64(1, long.MaxValue));
            _memory.Forget(now);
            _memory.Record(new(id, now, 1, random.Next(200) == 0 ? AcquisitionStatus.Reserved : AcquisitionStatus.Final, Rules));
            came.Add(id);
            forgotten = came.Count - _memory.Count;
            AssertFound(i);
            AssertFound(random.Next(came.Count));
            AssertFound(random.Next(forgotten, came.Count));
        }

        void AssertFound(int i) =>
            Assert.Equal(came[i] == OperationId.None || i < forgotten ? -1 : i - forgotten, _memory.Find(came[i]));
    }

    [Fact]
    public void The_reserved_permits_are_those_neither_committed_nor_canceled_nor_final_by_time()
    {
        Record(1, 40, AcquisitionStatus.Reserved, at: 0);
        _memory.SetStatus(_memory.Find(new(7)), AcquisitionStatus.Final);
        _memory.SetStatus(_memory.Find(new(8)), AcquisitionStatus.Canceled);
        _memory.SetStatus(_memory.Find(new(8)), AcquisitionStatus.Canceled);

        Assert.Equal((38, TimeSpan.FromSeconds(0.5)), _memory.ReservedIn(Rules.Rules[0].Bucket, At(0.5)));
        Assert.Equal((0, TimeSpan.Zero), _memory.ReservedIn(Rules.Rules[0].Bucket, At(1)));
        _memory.Forget(At(2));
        Record(50, 1, AcquisitionStatus.Reserved, at: 2);

        Assert.Equal((1, TimeSpan.FromSeconds(1)), _memory.ReservedIn(Rules.Rules[0].Bucket, At(2)));
    }

    [Fact]
    public void Nothing_is_remembered_once_acquisitions_have_no_ids()
    {
        Record(1, 1, AcquisitionStatus.Final, at: 0);
        _memory.Record(new(OperationId.None, At(1.5), 1, AcquisitionStatus.Final, Rules));

        _memory.Forget(At(2));

        Assert.True(_memory.IsEmpty);
    }

    [Fact]
    public void A_group_remembers_no_acquisitions_without_ids()
    {
        var group = new BucketGroup();
        group.Acquire(Rules, 1, At(0));

        Assert.True(group.Trim(At(60)));
    }

    private void Record(long firstId, int count, AcquisitionStatus status, double at)
    {
        for (int i = 0; i < count; i++)
        {
            _memory.Forget(At(at));
            _memory.Record(new(new(firstId + i), At(at), 1, status, Rules));
        }
    }
}
