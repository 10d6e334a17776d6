namespace OrleansLimiter.Http.Tests;

/// <summary>Groups that nobody can reach, or that do what a test says.</summary>
internal sealed class FakeGroups : IGroups
{
    public Func<ValueTask<GroupReply>> OnTake { get; init; } = () => new(GroupReply.Unavailable());

    public ValueTask<GroupReply> TakeAsync(GroupKey key, GroupRules rules, int cost, TakeId id, bool hold) => OnTake();

    public ValueTask ConfirmAsync(GroupKey key, TakeId id) => default;

    public ValueTask<GroupReply> ReturnAsync(GroupKey key, GroupRules rules, int cost, TakeId id) => new(GroupReply.Unavailable());

    public ValueTask<GroupReply> ReadAsync(GroupKey key, GroupRules rules, int cost) => new(GroupReply.Unavailable());

    public ValueTask<IReadOnlyList<BucketUsage>> UsageAsync(Account account) => throw Unavailable;

    public ValueTask<int> ResetAsync(Account account) => throw Unavailable;

    private static GroupsUnavailableException Unavailable => new("1 of 3 silos did not answer");
}
