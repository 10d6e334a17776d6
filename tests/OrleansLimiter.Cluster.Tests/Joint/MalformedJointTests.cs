using Orleans;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>Messages of joint acquisitions that a silo cannot execute are answered, consume nothing, and do not disturb others.</summary>
public sealed class MalformedJointTests(FaultyCluster faulty) : IClassFixture<FaultyCluster>
{
    private readonly Account _account = JointRequests.NewAccount();

    private LimiterCluster Cluster => faulty.Cluster;

    private ISiloGrain Silo => Cluster.Cluster.Client.GetGrain<ISiloGrain>(Cluster.Listed(silos: 3).SiloOf(_account)!.ToParsableString());

    [Fact]
    public async Task A_message_whose_groups_are_not_in_the_order_of_their_scopes_is_not_supported()
    {
        GroupAcquisition[] groups = Groups();
        await AssertUnsupportedAsync([groups[1], groups[0], groups[2]]);
        await AssertUnsupportedAsync([groups[0], groups[0]]);
        await AssertUnsupportedAsync([groups[2], groups[1]]);
    }

    [Fact]
    public async Task A_message_with_an_unknown_scope_or_without_a_key_or_rules_is_not_supported()
    {
        GroupAcquisition[] groups = Groups();
        await AssertUnsupportedAsync([groups[0], groups[2] with { Scope = 4 }]);
        await AssertUnsupportedAsync([groups[0] with { Scope = 0 }, groups[2]]);
        await AssertUnsupportedAsync([groups[0], groups[2] with { Scope = 255 }]);
        await AssertUnsupportedAsync([groups[0], groups[2] with { Rules = null }]);
        await AssertUnsupportedAsync([groups[0], groups[2] with { Key = null! }]);
        await AssertUnsupportedAsync([groups[0], groups[2] with { Key = "" }]);
        await AssertUnsupportedAsync([default, default]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public async Task A_message_with_a_cost_below_one_is_not_supported(int cost) => await AssertUnsupportedAsync(Groups(), cost);

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(100)]
    public async Task A_message_with_no_group_or_more_than_there_are_scopes_is_not_supported(int count) => await AssertUnsupportedAsync(
        [.. Enumerable.Range(1, count).Select(scope => Groups()[0] with { Scope = (byte)scope })]);

    [Fact]
    public async Task A_message_of_more_groups_than_are_decided_in_one_step_or_with_one_group_twice_is_not_supported()
    {
        GroupAcquisition burst = Groups()[0];
        await AssertUnsupportedAsync([.. Enumerable.Range(0, 17).Select(i => burst with { Key = burst.Key + i })]);
        await AssertUnsupportedAsync([burst, burst with { Key = burst.Key + "2" }, burst]);
    }

    [Fact]
    public async Task A_message_without_an_array_of_groups_has_no_replies() =>
        Assert.Empty((await Silo.AcquireAsync(new(null!, 1, 0, 0))).Replies);

    [Fact]
    public async Task One_group_is_acquired_like_several()
    {
        AcquisitionReply reply = await Silo.AcquireAsync(new([Groups()[2]], 4, 0, 0));

        Assert.Equal(((byte)GroupOutcome.Allowed, 26), (reply.Replies.Single().Outcome, reply.Replies.Single().First.Remaining));
        Assert.Equal(3, reply.Silos!.Length);
        Assert.Null((await Silo.AcquireAsync(new([Groups()[2]], 4, 0, reply.SilosVersion))).Silos);
    }

    [Theory]
    [InlineData("following is too large", 3, 1, 0)]
    [InlineData("following is larger than the message", 200, 1, 0)]
    [InlineData("following is the largest number", int.MaxValue, 1, 0)]
    [InlineData("following is negative", -1, -1, -1)]
    [InlineData("following is the smallest number", int.MinValue, 1, 0)]
    [InlineData("following does not decrease", 2, 2, 2)]
    [InlineData("following ends early", 2, 0, 0)]
    [InlineData("following increases", 0, 1, 2)]
    public async Task Operations_that_do_not_belong_together_are_not_supported(string reason, params int[] following)
    {
        OperationData[] operations = await OperationsAsync();
        OperationsReply reply = await Silo.ExecuteBatchAsync(new(
            [JointRequests.Burst, JointRequests.Endpoint, JointRequests.All],
            [.. operations.Select((each, i) => each with { Following = following[i] })]));

        Assert.All(reply.Replies, each => Assert.True(each.Outcome == GroupReplyData.Unsupported, reason));
        await AssertRemainAsync(9, 19, 29);
    }

    [Fact]
    public async Task Operations_that_differ_in_cost_or_id_or_have_no_rules_or_a_wrong_order_are_not_supported()
    {
        OperationData[] three = await OperationsAsync();
        OperationData[][] wrong =
        [
            [three[0], three[1] with { Cost = 2 }, three[2]],
            [three[0], three[1], three[2] with { OperationId = 7 }],
            [three[0] with { Rules = 9 }, three[1], three[2]],
            [three[0], three[1] with { Rules = 3 }, three[2]],
            [three[0] with { Cost = 0 }, three[1] with { Cost = 0 }, three[2] with { Cost = 0 }],
            [three[2] with { Following = 2 }, three[1] with { Following = 1 }, three[0] with { Following = 0 }],
            [three[0], three[0] with { Following = 1 }, three[2]],
            [three[0], three[1], three[2] with { Kind = 0 }],
            [three[0], three[1], three[2] with { Kind = 99 }],
        ];
        foreach (OperationData[] operations in wrong)
        {
            OperationsReply reply = await Silo.ExecuteBatchAsync(new(
                [JointRequests.Burst, JointRequests.Endpoint, JointRequests.All, null], operations));
            bool single = operations[2].Kind == 0; // which is an acquisition of its own
            Assert.All(reply.Replies[..2], each => Assert.Equal(GroupReplyData.Unsupported, each.Outcome));
            Assert.Equal(single ? (byte)GroupOutcome.Allowed : GroupReplyData.Unsupported, reply.Replies[2].Outcome);
        }

        await AssertRemainAsync(9, 19, 28);
    }

    [Fact]
    public async Task A_joint_acquisition_of_more_groups_than_this_version_knows_is_not_supported_as_a_whole()
    {
        OperationData[] three = await OperationsAsync();
        OperationData newer = three[0] with { Following = 3 };

        OperationsReply reply = await Silo.ExecuteBatchAsync(new(
            [JointRequests.Burst, JointRequests.Endpoint, JointRequests.All],
            [newer, .. three, three[2] with { Kind = (byte)OperationKind.Read, Following = 0 }]));

        Assert.All(reply.Replies[..4], each => Assert.Equal(GroupReplyData.Unsupported, each.Outcome));
        Assert.Equal(29, reply.Replies[4].First.Remaining);
        await AssertRemainAsync(9, 19, 29);
    }

    [Fact]
    public async Task Operations_on_a_group_that_does_not_exist_are_not_executed()
    {
        OperationData[] three = await OperationsAsync();
        OperationsReply reply = await Silo.ExecuteBatchAsync(new(
            [JointRequests.Burst, JointRequests.Endpoint, JointRequests.All], [three[0], three[1] with { Group = -1 }, three[2]]));

        Assert.Equal(
            [GroupReplyData.NotExecuted, GroupReplyData.Gone, GroupReplyData.NotExecuted], reply.Replies.Select(each => each.Outcome));
        await AssertRemainAsync(9, 19, 29);
    }

    private GroupAcquisition[] Groups() =>
    [
        .. JointRequests.Of(_account).Select(each =>
            new GroupAcquisition((byte)each.Key.Scope, GroupGrainKey.Of(each.Key), each.Operation.Rules)),
    ];

    /// <summary>The operations of a valid joint acquisition on the groups of the account, which have executed one.</summary>
    private async Task<OperationData[]> OperationsAsync()
    {
        AcquisitionReply first = await Silo.AcquireAsync(new(Groups(), 1, 0, 0));
        return
        [
            .. first.Replies.Select((reply, i) => new OperationData(reply.Address!.Number, OperationData.JointAcquire, i, 1, 0, 2 - i)),
        ];
    }

    private async Task AssertUnsupportedAsync(GroupAcquisition[] groups, int cost = 1)
    {
        AcquisitionReply reply = await Silo.AcquireAsync(new(groups, cost, 0, 0));

        Assert.Equal(groups.Length, reply.Replies.Length);
        Assert.All(reply.Replies, each => Assert.Equal(GroupReplyData.Unsupported, each.Outcome));
        await AssertRemainAsync(10, 20, 30);
    }

    private Task AssertRemainAsync(params int[] expected) => Cluster.Groups.AssertRemainAsync(_account, expected);
}
