using OrleansLimiter.Decisions;
using OrleansLimiter.Grains;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>A front-end in the process of a silo uses the groups of that silo without a message, and never one that has ended.</summary>
public sealed class LocalGroupTests : IAsyncLifetime
{
    private static readonly GroupRules s_rules =
        new([new("limit", new(Algorithm.FixedWindow, 1000, TimeSpan.FromSeconds(60)))], new(1, 0));

    private static readonly GroupKey s_key = GroupKey.ForEndpoint("p", new(AccountKind.Id, "m_42"), "e", "live");

    private readonly LimiterCluster _cluster = new(filter: null, silos: 1);
    private ClusterBucketStore _inside = null!;

    private SiloGroupRegistry Silo => _cluster.Silos.Single();

    public async ValueTask InitializeAsync()
    {
        await _cluster.InitializeAsync();
        _inside = _cluster.FrontEndInside(silo: 0);
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task The_first_acquisition_activates_the_grain_and_later_ones_are_synchronous()
    {
        Assert.False(_inside.TryAcquire(s_key, s_rules, 1, out _, out _));
        Assert.Equal(999, (await AcquireAsync(_inside)).Readings[0].Remaining);

        Assert.True(_inside.TryAcquire(s_key, s_rules, 2, out Reading reading, out _));
        Assert.Equal(997, reading.Remaining);
        ValueTask<GroupReply> reserved = _inside.AcquireAsync(s_key, s_rules, 3, OperationId.New(), reserve: true);
        Assert.True(reserved.IsCompletedSuccessfully);
        Assert.Equal(994, (await reserved).Readings[0].Remaining);
    }

    [Fact]
    public async Task Synchronous_and_remote_acquisitions_count_in_the_same_bucket()
    {
        await AcquireAsync(_inside);
        Task<int>[] both = [CountAsync(_inside, 700), CountAsync(_cluster.Groups, 700), CountAsync(_cluster.FrontEnd(), 700)];

        Assert.Equal(999, (await Task.WhenAll(both)).Sum());
    }

    [Fact]
    public async Task An_ended_group_is_not_used_and_its_grain_starts_empty()
    {
        await AcquireAsync(_inside);
        BucketGroupEntry ended = Silo.Find(1)?.Group!;
        _cluster.Time.Advance(TimeSpan.FromSeconds(70));
        await _cluster.Cluster.WaitForDeactivationAsync(Orleans.Runtime.GrainId.Create("endpoint", GroupGrainKey.Of(s_key)));

        Assert.False(ended.TryAcquire(s_rules, 1, Silo.Living, out _));
        Assert.False(ended.TryExecute(BucketOperation.Acquire(s_rules, 1), Silo.Living, out _));
        Assert.Null(Silo.Find(1));
        Assert.False(_inside.TryAcquire(s_key, s_rules, 1, out _, out _));
        Assert.Equal(999, (await AcquireAsync(_inside)).Readings[0].Remaining);
        Assert.True(_inside.TryAcquire(s_key, s_rules, 1, out Reading again, out _));
        Assert.Equal(998, again.Remaining);
    }

    [Fact]
    public async Task A_group_is_kept_as_long_as_local_acquisitions_are_remembered()
    {
        await AcquireAsync(_inside);
        _cluster.Time.Advance(TimeSpan.FromSeconds(59));
        var slow = new GroupRules([new("other", new(Algorithm.FixedWindow, 10, TimeSpan.FromSeconds(600)))], new(1, 0));
        await _inside.AcquireAsync(s_key, slow, 1, OperationId.None, reserve: false);
        _cluster.Time.Advance(TimeSpan.FromSeconds(500));

        Assert.Equal(1, Silo.Living.Count);
        Assert.Equal(9, (await _inside.ReadAsync(s_key, slow, 1)).Readings[0].Remaining);
    }

    [Theory]
    [InlineData(OnFailureKind.Deny, 1)]
    [InlineData(OnFailureKind.Deny, 3)]
    [InlineData(OnFailureKind.Local, 1)]
    [InlineData(OnFailureKind.Local, 3)]
    public async Task Only_the_request_that_activates_the_grains_has_an_id_because_later_ones_cannot_be_late(OnFailureKind kind, int limits)
    {
        using var fallback = new InProcessBucketStore(_cluster.Clock);
        using var folder = new TestFolder();
        var store = new RecordingStore(_inside);
        var limiter = new Limiter(
            store, OverrideStore.Open(folder.Path("overrides.json"), _cluster.Time), _cluster.Clock, new() { Local = fallback });
        PolicyDefinition three = JointPolicy.Of(account: 10, burst: 4, endpoint: 1000, kind).Definition;
        var policy = new Policy(three with { Limits = three.Limits[..limits] });
        Account account = JointRequests.NewAccount();

        Decision first = await JointPolicy.CheckAsync(limiter, account, "r", policy: policy);
        Assert.NotEqual(OperationId.None, Assert.Single(store.Ids.Distinct()));
        store.Ids.Clear();
        Decision second = await JointPolicy.CheckAsync(limiter, account, "r", policy: policy);
        Decision refused = await JointPolicy.CheckAsync(limiter, account, "r", policy: policy, cost: 9);

        Assert.Equal((true, true, false), (first.Allowed, second.Allowed, refused.Allowed));
        Assert.Equal(8, refused[0].Reading.Remaining);
        Assert.Empty(store.Ids);
    }

    private static ValueTask<GroupReply> AcquireAsync(ClusterBucketStore groups) =>
        groups.AcquireAsync(s_key, s_rules, 1, OperationId.None, reserve: false);

    private static async Task<int> CountAsync(ClusterBucketStore groups, int acquisitions)
    {
        GroupReply[] replies = await Task.WhenAll(Enumerable.Range(0, acquisitions).Select(_ => Task.Run(() => AcquireAsync(groups).AsTask())));
        return replies.Count(reply => reply.Outcome == GroupOutcome.Allowed);
    }

    /// <summary>Records the ids of acquisitions.</summary>
    private sealed class RecordingStore(IBucketStore inner) : IBucketStore
    {
        public List<OperationId> Ids { get; } = [];

        public bool TryAcquire(in GroupKey key, GroupRules rules, int cost, out Reading reading, out object? hint) =>
            inner.TryAcquire(key, rules, cost, out reading, out hint);

        public bool TryAcquireAll(
            ReadOnlySpan<GroupKey> keys, ReadOnlySpan<GroupRules> rules, int cost, Span<Reading> readings, out bool allowed) =>
            inner.TryAcquireAll(keys, rules, cost, readings, out allowed);

        public bool TryAcquireAll(ReadOnlySpan<GroupRequest> requests, Span<GroupReply> replies) => inner.TryAcquireAll(requests, replies);

        public ValueTask<GroupReply[]?> AcquireAllAsync(ReadOnlyMemory<GroupRequest> requests)
        {
            Record(requests.Span);
            return inner.AcquireAllAsync(requests);
        }

        public void Execute(ReadOnlySpan<GroupRequest> requests, Span<ValueTask<GroupReply>> replies)
        {
            Record(requests);
            inner.Execute(requests, replies);
        }

        public ValueTask<IReadOnlyList<BucketUsage>> UsageAsync(Account account) => inner.UsageAsync(account);

        public ValueTask<int> ResetAsync(Account account) => inner.ResetAsync(account);

        private void Record(ReadOnlySpan<GroupRequest> requests)
        {
            foreach (GroupRequest request in requests)
            {
                Ids.Add(request.Operation.Id);
            }
        }
    }
}
