using static OrleansLimiter.Core.Tests.InProcess;

namespace OrleansLimiter.Core.Tests;

public sealed class SweepTests : IDisposable
{
    private readonly InProcess _store = new();

    [Fact]
    public void Decayed_groups_are_removed_and_others_stay()
    {
        GroupRules brief = Rules(Algorithm.FixedWindow, permits: 5, seconds: 1);
        GroupRules longer = Rules(Algorithm.FixedWindow, permits: 5, seconds: 3600);
        for (int i = 0; i < 100; i++)
        {
            _store.Acquire(i, i % 10 == 0 ? longer : brief);
        }

        _store.Advance(10);

        Assert.Equal((10, 90), (_store.Living.Count, _store.Living.Swept));
        Assert.Equal((4, 5), (_store.Read(10, longer).Remaining(), _store.Read(11, brief).Remaining()));
    }

    [Fact]
    public void A_group_is_not_removed_before_it_has_decayed()
    {
        _store.Advance(0.5);
        GroupRules rules = Rules(Algorithm.LeakyBucket, permits: 10, seconds: 10);
        _store.Acquire(0, rules, 10);

        _store.Advance(9.5);
        Assert.Equal((1, 9), (_store.Living.Count, _store.Read(0, rules).Remaining()));
        _store.Advance(10);
        Assert.Equal(0, _store.Living.Count);
    }

    [Fact]
    public void A_group_is_kept_while_one_of_its_acquisitions_can_be_canceled()
    {
        _store.Advance(9);
        GroupRules rules = Rules(Algorithm.FixedWindow, permits: 5, seconds: 0.5);
        var id = OperationId.New();
        _store.Acquire(0, rules, 1, id);

        _store.Advance(1);
        Assert.Equal(1, _store.Living.Count);
        Assert.Equal(GroupOutcome.Allowed, _store.Acquire(0, rules, 1, id).Outcome);
        Assert.Equal(5, _store.Read(0, rules).Remaining());

        _store.Advance(10);
        Assert.Equal(0, _store.Living.Count);
    }

    [Fact]
    public void A_key_whose_group_was_removed_starts_empty()
    {
        GroupRules rules = Rules(Algorithm.RollingWindow, permits: 5, seconds: 1);
        _store.Acquire(0, rules, 5);
        _store.Advance(10);

        Assert.Equal(0, _store.Acquire(0, rules, 5).Remaining());
        Assert.Equal(1, _store.Living.Count);
    }

    [Fact]
    public void A_disposed_store_no_longer_sweeps()
    {
        _store.Acquire(0, Rules(Algorithm.FixedWindow, permits: 5, seconds: 1));

        _store.Dispose();
        _store.Advance(60);

        Assert.Equal((1, 0), (_store.Living.Count, _store.Living.Swept));
    }

    // The sweep reads the clock while it holds the lock of the group. Then a thread finds the group and waits for the lock.
    [Fact]
    public async Task An_acquisition_that_found_a_group_just_before_its_removal_uses_the_successor()
    {
        var time = new InterruptedTime();
        using var store = new InProcessBucketStore(new(time));
        GroupRules rules = Rules(Algorithm.FixedWindow, permits: 5, seconds: 1);
        await store.AcquireAsync(Key(0), rules, 5, OperationId.None, reserve: false);
        var thread = new Thread(() => _ = store.AcquireAsync(Key(0), rules, 2, OperationId.None, reserve: false));
        time.Interrupt = () =>
        {
            thread.Start();
            SpinWait.SpinUntil(() => (thread.ThreadState & (ThreadState.WaitSleepJoin | ThreadState.Stopped)) != 0);
        };

        time.Advance(TimeSpan.FromSeconds(10));
        thread.Join();

        Assert.Equal((1, 1), (store.Living.Swept, store.Living.Count));
        Assert.Equal(3, (await store.ReadAsync(Key(0), rules, 1)).Remaining());
    }

    // Everything has decayed at the time of the sweep. While the sweep removes the groups, threads acquire from them.
    [Fact]
    public void Groups_that_are_removed_while_threads_acquire_count_every_permit_once()
    {
        const int Keys = 300;
        const int Permits = 3;
        GroupRules rules = Rules(Algorithm.FixedWindow, Permits, seconds: 5);
        for (int round = 1; round <= 40; round++)
        {
            var given = new int[Keys];
            long moment = 10L * round * TimeSpan.TicksPerSecond;
            ConcurrencyTests.Run(thread =>
            {
                if (thread == 0)
                {
                    _store.Time.Advance(new TimeSpan(moment - _store.Time.GetTimestamp()));
                    return;
                }

                SpinWait.SpinUntil(() => _store.Time.GetTimestamp() == moment);
                for (int i = 0; i < Keys; i++)
                {
                    int key = (i * 7 + thread * 41) % Keys;
                    while (_store.Acquire(key, rules).Outcome == GroupOutcome.Allowed)
                    {
                        Interlocked.Increment(ref given[key]);
                    }
                }
            });

            Assert.All(given, count => Assert.Equal(Permits, count));
            Assert.Equal(Keys, _store.Living.Count);
        }

        Assert.True(_store.Living.Swept > 0);
    }

    public void Dispose() => _store.Dispose();

    /// <summary>A fake clock that executes an action the next time it is read.</summary>
    private sealed class InterruptedTime : TimeProvider
    {
        private readonly FakeTime _time = new();

        public Action? Interrupt { get; set; }

        public override long TimestampFrequency => _time.TimestampFrequency;

        public override long GetTimestamp()
        {
            (Action? interrupt, Interrupt) = (Interrupt, null);
            interrupt?.Invoke();
            return _time.GetTimestamp();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            _time.CreateTimer(callback, state, dueTime, period);

        public void Advance(TimeSpan span) => _time.Advance(span);
    }
}
