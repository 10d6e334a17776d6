using OrleansLimiter.Policies;
using static OrleansLimiter.Core.Tests.One;

namespace OrleansLimiter.Core.Tests;

public class BucketOperationTests
{
    private static readonly GroupRules Rules = Rule(Algorithm.RollingWindow, permits: 5, seconds: 60);

    public static readonly TheoryData<OperationKind, bool, int, long, bool> Operations = new()
    {
        { OperationKind.Acquire, true, 1, 0, true },
        { OperationKind.Acquire, true, 1, 7, true },
        { OperationKind.Acquire, true, 0, 0, false },
        { OperationKind.Acquire, true, -1, 0, false },
        { OperationKind.Acquire, false, 1, 0, false },
        { OperationKind.Reserve, true, 1, 7, true },
        { OperationKind.Reserve, true, 1, 0, false },
        { OperationKind.Reserve, true, 0, 7, false },
        { OperationKind.Reserve, false, 1, 7, false },
        { OperationKind.Commit, false, 0, 7, true },
        { OperationKind.Commit, true, 1, 7, true },
        { OperationKind.Commit, false, 0, 0, true },
        { OperationKind.Cancel, true, 1, 7, true },
        { OperationKind.Cancel, true, 1, 0, true },
        { OperationKind.Cancel, true, 0, 7, false },
        { OperationKind.Cancel, false, 1, 7, false },
        { OperationKind.Read, true, 1, 0, true },
        { OperationKind.Read, true, 0, 0, false },
        { OperationKind.Read, false, 1, 0, false },
        { (OperationKind)5, true, 1, 7, false },
        { (OperationKind)255, true, 1, 7, false },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public void A_group_executes_only_valid_operations(OperationKind kind, bool hasRules, int cost, long id, bool valid)
    {
        var operation = new BucketOperation(kind, hasRules ? Rules : null, cost, new(id));
        var group = new BucketGroup();

        Assert.Equal(valid, operation.IsValid);
        if (valid)
        {
            Assert.Equal(GroupOutcome.Allowed, group.Execute(operation, At(0)).Outcome);
        }
        else
        {
            Assert.Throws<ArgumentException>("operation", () => group.Execute(operation, At(0)));
            Assert.Equal(5, group.Remaining(Rules, at: 0));
        }
    }

    [Fact]
    public void Every_kind_is_executed() => Assert.All(Enum.GetValues<OperationKind>(), kind =>
        Assert.Equal(GroupOutcome.Allowed, new BucketGroup().Execute(new(kind, Rules, 1, new(7)), At(0)).Outcome));

    [Theory]
    [InlineData(OperationKind.Acquire, 0, false)]
    [InlineData(OperationKind.Acquire, 7, true)]
    [InlineData(OperationKind.Reserve, 7, true)]
    [InlineData(OperationKind.Commit, 7, true)]
    [InlineData(OperationKind.Cancel, 7, true)]
    [InlineData(OperationKind.Read, 0, true)]
    public void Only_an_acquisition_without_an_id_cannot_be_repeated(OperationKind kind, long id, bool idempotent) =>
        Assert.Equal(idempotent, new BucketOperation(kind, Rules, 1, new(id)).IsIdempotent);

    [Fact]
    public void The_numbers_of_the_operation_kinds_do_not_change() => Assert.Equal(
        [(OperationKind.Acquire, 0), (OperationKind.Reserve, 1), (OperationKind.Commit, 2), (OperationKind.Cancel, 3), (OperationKind.Read, 4)],
        Enum.GetValues<OperationKind>().Select(kind => (kind, (int)kind)));

    [Fact]
    public void The_reply_to_a_commit_has_no_readings()
    {
        var group = new BucketGroup();
        group.Execute(BucketOperation.Reserve(Rules, 2, new(7)), At(0));

        Assert.Equal(0, group.Execute(BucketOperation.Commit(new(7)), At(0)).Readings.Count);
        Assert.Equal(3, group.Remaining(Rules, at: 0));
    }
}
