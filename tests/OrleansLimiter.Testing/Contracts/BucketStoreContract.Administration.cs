namespace OrleansLimiter.Testing.Contracts;

public abstract partial class BucketStoreContract
{
    [Fact]
    public async Task Usage_lists_every_living_bucket_of_the_account_and_of_no_other()
    {
        Rule wide = Rule(Algorithm.FixedWindow, 10);
        Rule narrow = Rule(Algorithm.FixedWindow, 5);
        GroupRules both = new([new("wide", wide), new("narrow", narrow)], new(1, 0));
        GroupRules one = new([new("narrow", narrow)], new(1, 0));
        await AcquireFromAsync(GroupKey.ForAccount("p", Account), both, 2);
        await AcquireFromAsync(GroupKey.ForBurst("q", Account, "e", "r"), one, 1);
        await AcquireFromAsync(GroupKey.ForAccount("p", Account with { Kind = AccountKind.Ip }), both, 1);
        await AcquireFromAsync(GroupKey.ForAccount("p", new(AccountKind.Id, Account.Name + "0")), both, 1);

        IReadOnlyList<BucketUsage> usage = await Groups.UsageAsync(Account);

        Assert.Equal(
            [
                (GroupKey.ForAccount("p", Account), "narrow", narrow, 3),
                (GroupKey.ForAccount("p", Account), "wide", wide, 8),
                (GroupKey.ForBurst("q", Account, "e", "r"), "narrow", narrow, 4),
            ],
            usage.Select(used => (used.Group, used.Bucket, used.Rule, used.Reading.Remaining))
                .OrderBy(used => used.Group.Policy).ThenBy(used => used.Bucket));
    }

    [Fact]
    public async Task A_bucket_that_has_decayed_is_not_in_use()
    {
        await AcquireAsync(Rules(Algorithm.FixedWindow, permits: 10, seconds: 5));

        Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Empty(await Groups.UsageAsync(Account));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_reset_removes_the_usage_of_the_account_and_returns_the_number_of_groups(Algorithm algorithm)
    {
        GroupRules rules = Rules(algorithm, permits: 10);
        GroupKey other = GroupKey.ForAccount("contract", new(AccountKind.Id, Account.Name + " (other)"));
        await AcquireAsync(rules, cost: 10);
        await AcquireFromAsync(GroupKey.ForAccount("contract", Account), rules, 10);
        await AcquireFromAsync(other, rules, 10);

        Assert.Equal(2, await Groups.ResetAsync(Account));

        Assert.Empty(await Groups.UsageAsync(Account));
        Assert.Equal(10, await RemainingAsync(rules));
        Assert.Equal(GroupOutcome.Allowed, (await AcquireAsync(rules, cost: 10)).Outcome);
        Assert.Equal(0, (await Groups.ReadAsync(other, rules, 1)).Readings[0].Remaining);
    }

    [Fact]
    public async Task Canceling_an_acquisition_from_before_a_reset_returns_nothing()
    {
        GroupRules rules = Rules(Algorithm.LeakyBucket, permits: 10);
        OperationId id = await ReserveAsync(rules, 5);
        await Groups.ResetAsync(Account);
        await AcquireAsync(rules, cost: 5);

        await CancelAsync(id, rules);

        Assert.Equal(5, await RemainingAsync(rules));
    }

    [Fact]
    public async Task An_unknown_account_has_no_usage_and_nothing_to_reset()
    {
        Assert.Empty(await Groups.UsageAsync(Account));
        Assert.Equal(0, await Groups.ResetAsync(Account));
    }

    private ValueTask<GroupReply> AcquireFromAsync(GroupKey key, GroupRules rules, int cost) =>
        Groups.AcquireAsync(key, rules, cost, OperationId.None, reserve: false);
}
