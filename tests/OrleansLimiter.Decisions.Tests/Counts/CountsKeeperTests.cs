using static OrleansLimiter.Decisions.Tests.Counts.CountsProcess;

namespace OrleansLimiter.Decisions.Tests.Counts;

public sealed class CountsKeeperTests : IDisposable
{
    private readonly CountsFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(Algorithm.FixedWindow)]
    [InlineData(Algorithm.RollingWindow)]
    [InlineData(Algorithm.LeakyBucket)]
    [InlineData(Algorithm.TokenBucket)]
    public void A_limit_that_is_used_up_is_used_up_after_a_stop_and_a_start_and_decays_meanwhile(Algorithm algorithm)
    {
        GroupRules rules = Rules(algorithm: algorithm);
        CountsProcess first = _files.Start();
        Assert.Equal(10, first.Exhaust("acme", rules));
        first.Stop();

        CountsProcess second = _files.Start();
        Assert.Equal((1, 0), (second.Restored.Groups, second.Exhaust("acme", rules)));
        second.Stop();

        _files.Time.Advance(TimeSpan.FromSeconds(60));
        CountsProcess third = _files.Start();
        Assert.Equal((0, 10), (third.Restored.Groups, third.Exhaust("acme", rules)));
    }

    [Fact]
    public void A_crash_loses_what_was_acquired_after_the_last_write()
    {
        CountsProcess first = _files.Start();
        first.Acquire("acme", 4);
        first.Keeper.Write();
        first.Acquire("acme", 5);
        first.Dispose();

        Assert.Equal(6, _files.Start().Remaining("acme"));
    }

    [Fact]
    public void Only_groups_that_have_changed_are_written()
    {
        CountsProcess process = _files.Start();
        process.Acquire("acme", 1);
        process.Acquire("other", 1);
        process.Keeper.Write();
        long all = process.Keeper.FileLength;
        process.Remaining("acme");
        process.Acquire("acme", 10);
        process.Keeper.Write();
        Assert.Equal(all, process.Keeper.FileLength);

        process.Acquire("acme", 1);
        process.Keeper.Write();
        Assert.Equal(all / 2, process.Keeper.FileLength - all, tolerance: 30.0);
    }

    [Fact]
    public void A_reset_is_not_undone_by_a_restart_also_if_the_group_has_ended_or_is_used_again()
    {
        CountsProcess first = _files.Start();
        Array.ForEach(["living", "ended", "again"], account => first.Exhaust(account));
        first.Keeper.Write();
        Array.ForEach(["living", "ended", "again"], first.Reset);
        _files.Time.Advance(BucketGroupEntry.SweepAgainAfter);
        Assert.Equal(0, first.Store.Living.Count);
        first.Acquire("again", 3);
        first.Stop();

        CountsProcess second = _files.Start();
        Assert.Equal((10, 10, 7), (second.Remaining("living"), second.Remaining("ended"), second.Remaining("again")));
    }

    [Fact]
    public async Task A_cancellation_is_not_undone_by_a_restart()
    {
        CountsProcess first = _files.Start();
        var id = OperationId.New();
        await first.Store.ExecuteAsync(new(Key("acme"), BucketOperation.Acquire(Rules(), 7, id)));
        first.Keeper.Write();
        await first.Store.ExecuteAsync(new(Key("acme"), BucketOperation.Cancel(Rules(), 7, id)));
        first.Stop();

        Assert.Equal(10, _files.Start().Remaining("acme"));
    }

    [Fact]
    public async Task Joint_acquisitions_are_kept()
    {
        CountsProcess first = _files.Start();
        GroupKey[] keys = [GroupKey.ForEndpoint("p", new(AccountKind.Id, "acme"), "orders", ""), Key("acme")];
        GroupRules rules = Rules();
        await first.Store.AcquireAllAsync(keys.Select(key => new GroupRequest(key, BucketOperation.Acquire(rules, 1))).ToArray());
        first.Keeper.Write();
        Assert.True(first.Store.TryAcquireAll(keys, [rules, rules], 4, new Reading[2], out bool allowed) && allowed);
        first.Stop();

        CountsProcess second = _files.Start();
        Assert.Equal((2, 5), (second.Restored.Groups, second.Remaining("acme")));
    }

    [Fact]
    public void A_clock_that_went_backwards_counts_as_no_time_and_one_that_went_forwards_as_time()
    {
        CountsProcess first = _files.Start();
        first.Acquire("acme", 10, Rules(algorithm: Algorithm.LeakyBucket));
        first.Stop();

        _files.Time.AdjustTime(_files.Time.GetUtcNow().AddDays(-1));
        CountsProcess second = _files.Start();
        Assert.Equal(0, second.Remaining("acme", Rules(algorithm: Algorithm.LeakyBucket)));
        second.Dispose();

        _files.Time.AdjustTime(_files.Time.GetUtcNow().AddDays(1).AddSeconds(30));
        Assert.Equal(5, _files.Start().Remaining("acme", Rules(algorithm: Algorithm.LeakyBucket)));
    }

    [Fact]
    public void Restored_groups_count_against_the_bound_on_groups()
    {
        CountsProcess first = _files.Start();
        Array.ForEach(["a", "b", "c"], account => first.Exhaust(account));
        first.Stop();

        CountsProcess second = _files.Start(maxGroups: 2);
        Assert.Equal((2, 1, 2), (second.Restored.Groups, second.Restored.OverBound, second.Store.Living.Count));
    }

    [Fact]
    public async Task Restored_groups_count_against_the_bound_of_their_account()
    {
        CountsProcess first = _files.Start();
        first.Exhaust("acme");
        await first.Store.ExecuteAsync(new(Free("one"), BucketOperation.Acquire(Rules(), 1) with { MaxAccountGroups = 1 }));
        first.Stop();

        CountsProcess second = _files.Start();
        GroupReply other =
            await second.Store.ExecuteAsync(new(Free("other"), BucketOperation.Acquire(Rules(), 1) with { MaxAccountGroups = 1 }));
        Assert.Equal((2, GroupNotes.TooManyGroupsOfAccount), (second.Restored.Groups, other.Notes));

        static GroupKey Free(string endpoint) => GroupKey.ForEndpoint("p", new(AccountKind.Id, "acme"), endpoint, "");
    }

    [Fact]
    public void The_first_request_enforces_its_own_rule_whatever_the_generation_before_the_restart()
    {
        CountsProcess first = _files.Start();
        first.Acquire("acme", 4, Rules(generation: 9));
        first.Stop();

        Assert.Equal(16, _files.Start().Remaining("acme", Rules(permits: 20)));
    }

    [Fact]
    public void Limits_that_survive_nothing_are_not_kept_and_others_of_the_same_group_are()
    {
        _files.SetLimits("""
            - { name: short, scope: account, algorithm: fixed-window, permits: 10, window: 60s, survive: none }
            - { name: long, scope: account, algorithm: fixed-window, permits: 10, window: 60s, key: operation }
            """);
        var rules = new GroupRules([Rules(bucket: "short").Rules[0], Rules(bucket: "long/operation=read").Rules[0]], new(1, 0));
        CountsProcess first = _files.Start();
        first.Acquire("acme", 4, rules);
        first.Acquire("other", 4, Rules(bucket: "short"));
        first.Stop();

        CountsProcess second = _files.Start();
        Assert.Equal(1, second.Restored.Groups);
        Assert.Equal(10, second.Remaining("acme", Rules(bucket: "short")));
        Assert.Equal(6, second.Remaining("acme", Rules(bucket: "long/operation=read")));
    }

    [Fact]
    public void Counts_of_a_limit_that_survives_nothing_since_the_restart_are_not_restored()
    {
        CountsProcess first = _files.Start();
        first.Acquire("acme", 4);
        first.Stop();
        _files.SetLimits("- { name: a, scope: account, algorithm: fixed-window, permits: 10, window: 60s, survive: none }");

        CountsProcess second = _files.Start();
        Assert.Equal((0, 10), (second.Restored.Groups, second.Remaining("acme")));
    }

    [Fact]
    public void A_file_that_has_grown_is_replaced_by_the_states_of_now()
    {
        CountsProcess first = _files.Start(maxGroups: 5_000);
        GroupRules rules = Rules(permits: 1_000);
        for (int write = 0; write < 20; write++)
        {
            for (int account = 0; account < 1_000; account++)
            {
                first.Acquire($"account-{account}", 1, rules);
            }

            first.Keeper.Write();
        }

        long length = first.Keeper.FileLength;
        Assert.InRange(length, 60_000, 400_000);
        Assert.Equal(length, new FileInfo(_files.FilePath).Length);
        Assert.Equal(["counts.log", "counts.log.lock"], _files.Files);
        first.Dispose();
        CountsProcess second = _files.Start(maxGroups: 5_000);
        Assert.Equal((1_000, 980), (second.Restored.Groups, second.Remaining("account-7", rules)));
    }

    [Fact]
    public void A_file_that_was_removed_is_written_again()
    {
        CountsProcess first = _files.Start();
        first.Acquire("acme", 4);
        first.Keeper.Write();
        Directory.Delete(Path.GetDirectoryName(_files.FilePath)!, recursive: true);
        first.Keeper.Write();
        first.Dispose();

        Assert.Equal(6, _files.Start().Remaining("acme"));
    }

    [Fact]
    public void The_interval_follows_the_duration_of_writes()
    {
        CountsProcess process = _files.Start(open: (path, mode) => new ScriptedStream(path, mode)
        {
            OnFlush = () => _files.Time.Advance(TimeSpan.FromMilliseconds(300)),
        });
        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)), (process.Keeper.Interval, process.Keeper.LossBound));

        process.Acquire("acme", 1);
        process.Keeper.Write();

        Assert.Equal((TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(6.6)), (process.Keeper.Interval, process.Keeper.LossBound));
    }
}
