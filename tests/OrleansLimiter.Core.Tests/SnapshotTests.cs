using System.Collections.Immutable;
using FsCheck.Fluent;
using OrleansLimiter.Core.Tests.Models;
using static OrleansLimiter.Core.Tests.One;

namespace OrleansLimiter.Core.Tests;

public class SnapshotTests
{
    [Fact]
    public void A_restored_group_has_the_readings_of_the_saved_one_on_any_clock_after_any_pause() => Scripts.Check(
        from one in Gen.Elements(SomeRules.All)
        from other in Gen.Elements(SomeRules.All)
        select ImmutableArray.Create(Scripts.Ask(new(1, 0), ("a", one), ("b", other)), Scripts.Ask(new(1, 0), ("b", other))),
        script =>
        {
            var played = new SideBySide(script, new(script.Seed));
            played.PlayAll();

            // The other process started recently, so the state is older than its clock.
            var savedAt = new Instant(script.Seed % 4 == 0 ? -Rule.MaxWindow.Ticks : script.Seed);
            var restored = new BucketGroup();
            GroupSnapshot.Restore(restored, GroupSnapshot.Save(played.Group, played.Now), savedAt);

            foreach (BucketRule asked in script.Questions[0].Rules)
            {
                var rules = new GroupRules([asked], new(1, 0));
                long step = asked.Rule.Algorithm == Algorithm.RollingWindow ? RollingModel.Step(asked.Rule) : 0;
                foreach (long pause in new[] { 0, asked.Rule.Window.Ticks / 3, asked.Rule.Window.Ticks, 5 * asked.Rule.Window.Ticks })
                {
                    AssertNear(
                        then => played.Group.Read(rules, 1, played.Now + new TimeSpan(then)).Readings[0],
                        then => restored.Read(rules, 1, savedAt + new TimeSpan(then)).Readings[0], pause, step);
                }
            }
        });

    // One rule is exact to 100 ns, one has a coarser grid, and one has slots: the clocks of two processes divide time at other moments.
    [Theory]
    [InlineData(Algorithm.RollingWindow, 5, 60)]
    [InlineData(Algorithm.RollingWindow, 5, 3600)]
    [InlineData(Algorithm.RollingWindow, 5000, 60)]
    [InlineData(Algorithm.FixedWindow, 5, 60)]
    [InlineData(Algorithm.LeakyBucket, 5, 3600)]
    [InlineData(Algorithm.TokenBucket, 5, 3600)]
    public void A_reservation_can_be_canceled_in_the_restored_group_on_any_clock(Algorithm algorithm, int permits, int seconds)
    {
        GroupRules rules = Rule(algorithm, permits, seconds);
        for (int clock = 0; clock < 100; clock++)
        {
            var group = new BucketGroup();
            group.AcquireAll(rules, at: 0, reserve: false, 1);
            OperationId reserved = group.AcquireAll(rules, at: 0.1234567, reserve: true, permits - 2)[0];
            group.AcquireAll(rules, at: 0.15, reserve: false, 1);
            BucketGroup restored = Restore(GroupSnapshot.Save(group, At(0.2)), clock * 7_654_321);
            var now = new Instant(clock * 7_654_321L);
            Assert.Equal(GroupNotes.Contended, restored.Acquire(rules, 1, now).Notes);

            restored.Cancel(reserved, now);

            Assert.Equal(permits - 2, restored.Read(rules, 1, now).Readings[0].Remaining);
        }
    }

    [Fact]
    public void A_repeated_acquisition_counts_once_in_the_restored_group_until_its_id_is_forgotten()
    {
        GroupRules rules = Rule(Algorithm.FixedWindow, permits: 5, seconds: 60);
        var group = new BucketGroup();
        group.Acquire(rules, 2, At(0), new(7));
        BucketGroup restored = Restore(GroupSnapshot.Save(group, At(1)), At(1).Ticks);

        Assert.Equal(3, restored.Acquire(rules, 2, At(2) - new TimeSpan(1), new(7)).Readings[0].Remaining);
        Assert.Equal(1, restored.Acquire(rules, 2, At(2), new(7)).Readings[0].Remaining);
    }

    [Fact]
    public void A_restored_group_keeps_the_generation_of_its_rules()
    {
        var group = new BucketGroup();
        group.Acquire(Rule(3, 7, Algorithm.FixedWindow, permits: 5, seconds: 60), 1, At(0));
        BucketGroup restored = Restore(GroupSnapshot.Save(group, At(0)));

        Assert.Equal(
            GroupNotes.StaleGeneration, restored.Read(Rule(3, 6, Algorithm.FixedWindow, permits: 9, seconds: 60), 1, At(0)).Notes);
        Assert.Equal(
            GroupNotes.None, restored.Read(Rule(3, 8, Algorithm.FixedWindow, permits: 9, seconds: 60), 1, At(0)).Notes);
    }

    [Fact]
    public void A_group_that_is_restored_repeatedly_keeps_its_state_long_enough()
    {
        GroupRules rules = Rule(Algorithm.RollingWindow, permits: 5, seconds: 60);
        var group = new BucketGroup();
        group.Acquire(rules, 5, At(0.1));
        for (int hop = 1; hop <= 50; hop++)
        {
            var next = new BucketGroup();
            GroupSnapshot.Restore(next, GroupSnapshot.Save(group, At(hop)), At(hop));
            group = next;
        }

        Assert.Equal(0, group.Read(rules, 1, At(60.1) - new TimeSpan(1)).Readings[0].Remaining);
        Assert.Equal(5, group.Remaining(rules, at: 60.1 + 0.06));
    }

    [Fact]
    public void A_snapshot_of_another_version_is_refused_by_its_number()
    {
        byte[] snapshot = Example();
        snapshot[0] = 1;

        var error = Assert.Throws<FormatException>(() => Restore(snapshot));
        Assert.Equal("the snapshot has version 1; this process reads version 2", error.Message);
    }

    [Fact]
    public void An_unknown_algorithm_is_refused_by_its_number()
    {
        byte[] snapshot = Example();
        snapshot[Array.IndexOf(snapshot, (byte)'a') + 1] = 9;

        var error = Assert.Throws<FormatException>(() => Restore(snapshot));
        Assert.Equal("bucket 'a': this version has no algorithm 9", error.Message);
    }

    [Fact]
    public void A_truncated_snapshot_is_refused()
    {
        byte[] snapshot = Example();
        for (int length = 0; length < snapshot.Length; length++)
        {
            Assert.Throws<FormatException>(() => Restore(snapshot[..length]));
        }
    }

    [Fact]
    public void A_snapshot_with_trailing_bytes_is_refused() =>
        Assert.Throws<FormatException>(() => Restore([.. Example(), 0]));

    [Fact]
    public void A_damaged_byte_is_refused_or_leaves_a_group_that_works()
    {
        byte[] snapshot = Example();
        for (int at = 0; at < snapshot.Length; at++)
        {
            byte good = snapshot[at];
            for (int bad = 0; bad <= byte.MaxValue; bad++)
            {
                snapshot[at] = (byte)bad;
                Try(snapshot);
            }

            snapshot[at] = good;
        }
    }

    [Fact]
    public void A_refused_snapshot_leaves_an_empty_group()
    {
        byte[] snapshot = Example();
        var group = new BucketGroup();

        Assert.Throws<FormatException>(() => GroupSnapshot.Restore(group, snapshot[..^1], At(0)));

        Assert.True(group.Trim(At(0)));
    }

    private static void Try(byte[] snapshot)
    {
        BucketGroup group;
        try
        {
            group = Restore(snapshot);
        }
        catch (FormatException)
        {
            return;
        }

        foreach ((string bucket, Rule rule, Reading reading) in group.Usage(At(0)))
        {
            Assert.InRange(reading.Remaining, 0, rule.Capacity);
            Assert.InRange(reading.Reset, TimeSpan.Zero, TimeSpan.MaxValue);
            var rules = new GroupRules([new(bucket, rule)], new(int.MaxValue, uint.MaxValue));
            group.Acquire(rules, 1, At(1), OperationId.New());
            Assert.InRange(group.Remaining(rules, at: 2), 0, rule.Capacity);
        }
    }

    // A bucket of every algorithm, each with acquisitions at two times.
    private static byte[] Example()
    {
        var group = new BucketGroup();
        GroupRules rules = Scripts.Ask(
            new(1, 2),
            ("a", new(Algorithm.RollingWindow, 5, TimeSpan.FromSeconds(60))),
            ("b", new(Algorithm.RollingWindow, 5000, TimeSpan.FromSeconds(60))),
            ("c", new(Algorithm.FixedWindow, 5, TimeSpan.FromSeconds(60))),
            ("d", new(Algorithm.LeakyBucket, 5, TimeSpan.FromSeconds(60))),
            ("e", new(Algorithm.TokenBucket, 5, TimeSpan.FromSeconds(60), 8)));
        group.AcquireAll(rules, at: 0, reserve: false, 2);
        group.AcquireAll(rules, at: 1, reserve: true, 1);
        group.Lease(Scripts.Ask(new(1, 2), ("b", rules.Rules[1].Rule)), 2, BucketGroup.MaxLeaseSpan, new(9), At(1.5));
        group.Acquire(Scripts.Ask(new(1, 3), ("c", new(Algorithm.FixedWindow, 9, TimeSpan.FromSeconds(60)))), 1, At(2));
        return GroupSnapshot.Save(group, At(2));
    }

    private static BucketGroup Restore(byte[] snapshot, long savedAt = 0)
    {
        var group = new BucketGroup();
        GroupSnapshot.Restore(group, snapshot, new(savedAt));
        return group;
    }

    // The times of a rolling window are recorded on the grid of the other process, at most one step later.
    private static void AssertNear(Func<long, Reading> saved, Func<long, Reading> restored, long then, long step)
    {
        (Reading savedNow, Reading restoredNow) = (saved(then), restored(then));
        (Reading savedLater, Reading restoredLater) = (saved(then + step), restored(then + step));
        Assert.Equal((savedNow.Limit, savedNow.Window), (restoredNow.Limit, restoredNow.Window));
        Assert.InRange(savedNow.Remaining, 0, restoredLater.Remaining);
        Assert.InRange(restoredNow.Remaining, 0, savedLater.Remaining);
        Assert.InRange((restoredNow.Reset - savedNow.Reset).Ticks, -step, step);
    }
}
