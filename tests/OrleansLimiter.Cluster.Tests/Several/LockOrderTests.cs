namespace OrleansLimiter.Cluster.Tests.Several;

/// <summary>The order in which the groups of a silo are locked.</summary>
public sealed class LockOrderTests
{
    [Fact]
    public void Groups_are_locked_by_scope_and_then_by_number()
    {
        int[] order = new int[5];

        Assert.True(LockOrder.TrySort(
            [(Scope.Account, 1), (Scope.Endpoint, 9), (Scope.Endpoint, 3), (Scope.Burst, 7), (Scope.Endpoint, 5)], order));
        Assert.Equal(new[] { 3, 2, 4, 1, 0 }.Select(Scopes), order.Select(Scopes));
        Assert.Equal([2, 4, 1], order.Where(place => Scopes(place) == Scope.Endpoint));

        static Scope Scopes(int place) => place switch
        {
            0 => Scope.Account,
            3 => Scope.Burst,
            _ => Scope.Endpoint,
        };
    }

    [Fact]
    public void A_group_that_occurs_twice_cannot_be_ordered()
    {
        Assert.False(LockOrder.TrySort([(Scope.Burst, 1), (Scope.Endpoint, 2), (Scope.Burst, 1)], new int[3]));
        Assert.True(LockOrder.TrySort([(Scope.Burst, 1), (Scope.Endpoint, 1)], new int[2]));
    }

    [Fact]
    public void Only_groups_of_one_scope_must_be_ordered()
    {
        var account = new Account(AccountKind.Id, "a");
        GroupKey[] keys = JointRequests.Keys(account);

        Assert.False(LockOrder.IsNeeded(keys));
        Assert.False(LockOrder.IsNeeded(JointRequests.Of(account)));
        Assert.True(LockOrder.IsNeeded([keys[0], keys[0], keys[1]]));
        Assert.True(LockOrder.IsNeeded([keys[0], keys[2], keys[2]]));
    }
}
