using static OrleansLimiter.Core.Tests.InProcess;

namespace OrleansLimiter.Core.Tests;

/// <summary>Acquisitions of several requests together, which can have many groups of one scope, each with costs of its own.</summary>
public sealed class SeveralGroupsTests : IDisposable
{
    private static readonly GroupRules s_ten = Rules(Algorithm.FixedWindow, permits: 10, seconds: 3600);

    private readonly InProcess _store = new();

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(GroupKeys.MaxTogether)]
    public void Many_groups_of_one_scope_acquire_in_one_step_with_and_without_the_fast_path(int groups)
    {
        GroupRequest[] asked = Asked(groups);

        Assert.Equal(Enumerable.Repeat(9, groups), _store.AcquireAll(asked)!.Select(reply => reply.Remaining()));
        Assert.Equal((true, true), TryAcquireAll(asked));
        Assert.Equal(Enumerable.Repeat(8, groups), Remaining(groups));
    }

    [Fact]
    public void More_groups_than_are_decided_in_one_step_are_declined()
    {
        GroupRequest[] asked = Asked(GroupKeys.MaxTogether + 1);

        Assert.Null(_store.AcquireAll(asked));
        Assert.Equal((false, false), TryAcquireAll(asked));
        Assert.Equal(0, _store.Living.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Each_group_is_charged_its_own_cost_or_none_is(bool fast)
    {
        GroupRequest[] asked = [Asked(0, 1, 1), Asked(1, 2, 2), Asked(2, 0, 3), Asked(3, 4, 9)];
        _store.AcquireAll(Asked(4));

        Assert.Equal([8, 7, 9, 5], AcquireAll(asked, fast));
        Assert.Equal([8, 7, 9, 5], AcquireAll(asked, fast)); // 9 permits must remain in the last group, where 4 would be charged
        Assert.Equal([8, 7, 9, 5], Remaining(4));
    }

    [Fact]
    public void A_group_that_is_only_read_is_not_opened_and_has_no_new_bucket()
    {
        GroupReply[] replies = _store.AcquireAll(Asked(0, 1, 1), Asked(1, 0, 10))!;

        Assert.Equal([GroupOutcome.Allowed, GroupOutcome.Allowed], replies.Select(reply => reply.Outcome));
        Assert.Equal([9, 10], replies.Select(reply => reply.Remaining()));
        Assert.Equal(1, _store.Living.Count);
        Assert.Empty(_store.Usage(1));
        Assert.Equal(GroupOutcome.Allowed, _store.Execute(Asked(1, 0, 10)).Outcome);
        Assert.Equal(GroupOutcome.Refused, _store.Execute(Asked(1, 0, 11)).Outcome);
        Assert.Equal(1, _store.Living.Count);
    }

    [Fact]
    public void A_group_that_is_only_read_and_cannot_be_opened_makes_the_others_acquire_nothing()
    {
        Account account = Key(0).Account;
        GroupRequest[] asked =
        [
            At(GroupKey.ForEndpoint("p", account, "a", ""), charged: 1), At(GroupKey.ForEndpoint("p", account, "b", ""), charged: 0),
        ];
        _store.AcquireAll(asked[0]);

        GroupReply[] replies = _store.AcquireAll(asked)!;

        Assert.Equal([GroupNotes.None, GroupNotes.TooManyGroupsOfAccount], replies.Select(reply => reply.Notes));
        Assert.Equal(9, _store.Read(asked[0].Key, s_ten).Remaining());

        static GroupRequest At(GroupKey key, int charged) => new(
            key, BucketOperation.Acquire(s_ten.WithCosts([new(charged, 1)]), 1) with { MaxAccountGroups = 1 });
    }

    [Fact]
    public void Buckets_refer_to_rules_without_costs_so_that_requests_by_themselves_keep_the_fast_path()
    {
        _store.AcquireAll(Asked(0, 2, 2), Asked(1, 3, 3));

        Assert.True(_store.Store.TryAcquire(Key(0), s_ten, 1, out Reading reading, out _));
        Assert.Equal(7, reading.Remaining);
    }

    [Fact]
    public void The_fast_path_with_costs_allocates_nothing_for_as_many_groups_as_one_request_has()
    {
        GroupRequest[] three = [Asked(0, 1, 1), Asked(1, 2, 2), Asked(2, 0, 3)];
        GroupRules[] rules = [.. three.Select(each => each.Operation.Rules!)];
        GroupKey[] keys = [.. three.Select(each => each.Key)];
        _store.AcquireAll(Asked(3));
        var readings = new Reading[3];
        _store.Store.TryAcquireAll(keys, rules, 1, readings, out _);

        long before = GC.GetAllocatedBytesForCurrentThread();
        bool applied = _store.Store.TryAcquireAll(keys, rules, 1, readings, out bool allowed);

        Assert.Equal((true, true, 0), (applied, allowed, GC.GetAllocatedBytesForCurrentThread() - before));
    }

    [Fact]
    public async Task Threads_that_acquire_in_overlapping_sets_of_groups_neither_wait_for_each_other_forever_nor_lose_a_permit()
    {
        const int Groups = 5;
        GroupRules rules = Rules(Algorithm.FixedWindow, permits: 1_000_000, seconds: 80_000);
        long[] given = new long[Groups];

        await Task.Run(() => ConcurrencyTests.Run(thread =>
        {
            var random = new Random(thread);
            for (int i = 0; i < 3000; i++)
            {
                GroupRequest[] asked =
                [
                    .. Enumerable.Range(0, Groups).Where(_ => random.Next(2) == 0).Select(number => new GroupRequest(
                        Key(number), BucketOperation.Acquire(rules.WithCosts([new(number + 1, number + 1)]), 1))),
                ];
                if (asked.Length > 0 && (TryAcquireAll(asked) == (true, true) || _store.AcquireAll(asked) is not null))
                {
                    foreach (int cost in asked.Select(each => each.Operation.Rules!.Costs[0].Charged))
                    {
                        Interlocked.Add(ref given[cost - 1], cost);
                    }
                }
            }
        })).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(
            given, Enumerable.Range(0, Groups).Select(number => 1_000_000L - _store.Read(number, rules).Remaining()));
    }

    private static GroupRequest[] Asked(int groups) =>
        [.. Enumerable.Range(0, groups).Select(number => new GroupRequest(Key(number), BucketOperation.Acquire(s_ten, 1))).OrderBy(
            each => each.Key.Account.Name, StringComparer.Ordinal)];

    private static GroupRequest Asked(int number, int charged, int needed) =>
        new(Key(number), BucketOperation.Acquire(s_ten.WithCosts([new(charged, needed)]), 1));

    private int[] AcquireAll(GroupRequest[] asked, bool fast)
    {
        if (!fast)
        {
            return [.. _store.AcquireAll(asked)!.Select(reply => reply.Remaining())];
        }

        var readings = new Reading[asked.Length];
        Assert.True(_store.Store.TryAcquireAll(
            [.. asked.Select(each => each.Key)], [.. asked.Select(each => each.Operation.Rules!)], 1, readings, out _));
        return [.. readings.Select(reading => reading.Remaining)];
    }

    private (bool Applied, bool Allowed) TryAcquireAll(GroupRequest[] asked)
    {
        bool applied = _store.Store.TryAcquireAll(
            [.. asked.Select(each => each.Key)], [.. asked.Select(each => each.Operation.Rules!)], 1, new Reading[asked.Length],
            out bool allowed);
        return (applied, allowed);
    }

    private int[] Remaining(int groups) => [.. Enumerable.Range(0, groups).Select(number => _store.Read(number, s_ten).Remaining())];
}
