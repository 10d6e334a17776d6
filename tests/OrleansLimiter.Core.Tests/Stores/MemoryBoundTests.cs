using static OrleansLimiter.Core.Tests.InProcess;

namespace OrleansLimiter.Core.Tests;

/// <summary>The bound on the memory of living groups.</summary>
public sealed class MemoryBoundTests : IDisposable
{
    private const int State = 32;
    private const int StringBytes = 24; // and 2 for each character

    private static readonly GroupRules Minute = Rules(Algorithm.FixedWindow, permits: 5);
    private static readonly GroupRules Second = Rules(Algorithm.FixedWindow, permits: 5, seconds: 1);

    private readonly FakeTime _time = new();

    // Three groups of accounts with three characters.
    private readonly InProcessBucketStore _store;

    public MemoryBoundTests() => _store = new(new(_time), maxGroups: 100, maxGroupMemory: 3 * Short);

    private static int Short => KeyOwner.BaseBytes + StringBytes + 6 + State;

    public void Dispose() => _store.Dispose();

    [Fact]
    public void At_the_bound_a_new_key_is_unavailable_and_existing_keys_continue()
    {
        Assert.All(Enumerable.Range(0, 3), number => Assert.Equal(GroupOutcome.Allowed, Acquire(number).Outcome));

        GroupReply reply = Acquire(3);

        Assert.Equal((GroupOutcome.Unavailable, GroupNotes.TooManyGroups), (reply.Outcome, reply.Notes));
        Assert.Equal((3, 3 * Short, 1), (_store.Living.Count, _store.Living.Bytes, _store.Living.BoundReached));
        Assert.Equal(3, Acquire(0).Remaining());
    }

    [Fact]
    public void A_group_that_ends_gives_its_memory_back_within_a_second_near_the_bound()
    {
        Assert.All(Enumerable.Range(0, 3), number => Acquire(number, Second));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((0, 0), (_store.Living.Count, _store.Living.Bytes));
        Assert.Equal(GroupOutcome.Allowed, Acquire(3).Outcome);
    }

    [Fact]
    public void Long_names_count()
    {
        using var store = new InProcessBucketStore(new(_time));
        var account = new Account(AccountKind.Id, new('a', 256));

        Execute(store, GroupKey.ForEndpoint("p", account, new('e', 512), "live"), Minute);

        Assert.Equal(KeyOwner.BaseBytes + (3 * StringBytes) + 512 + 1_024 + 8 + State, store.Living.Bytes);
    }

    [Fact]
    public void Further_buckets_and_the_times_of_rolling_windows_count_and_are_given_back()
    {
        using var store = new InProcessBucketStore(new(_time));
        GroupKey key = Key(1);
        Execute(store, key, OneRule(("a", Algorithm.FixedWindow)));
        int one = (int)store.Living.Bytes;

        Execute(store, key, OneRule(("b", Algorithm.TokenBucket)));
        Assert.Equal(one + 48 + State, store.Living.Bytes); // an array of one bucket, and its state

        Execute(store, key, OneRule(("c", Algorithm.RollingWindow)));
        Assert.Equal(one + 48 + 24 + State + 72 + 16, store.Living.Bytes); // an array of two, and a log of four times

        _time.Advance(TimeSpan.FromSeconds(70));
        Assert.Equal((0, 0), (store.Living.Count, store.Living.Bytes));
    }

    [Fact]
    public void The_first_group_of_an_account_with_a_bound_counts_the_counter_of_the_account()
    {
        using var store = new InProcessBucketStore(new(_time));

        Execute(store, Key(1), Minute, max: 5);
        Assert.Equal(Short + AccountGroups.Bytes, store.Living.Bytes);
        Execute(store, GroupKey.ForEndpoint("p", Key(1).Account, "e", ""), Minute, max: 5);
        Assert.Equal((2 * Short) + AccountGroups.Bytes + StringBytes + 2, store.Living.Bytes);

        _time.Advance(TimeSpan.FromSeconds(70));
        Assert.Equal(0, store.Living.Bytes);
    }

    [Fact]
    public async Task A_joint_acquisition_for_which_there_is_no_room_gives_all_memory_back()
    {
        Acquire(0);
        Acquire(1);
        GroupRequest[] requests =
            [Request(GroupKey.ForEndpoint("policy", Key(2).Account, "e", ""), Minute, 9), Request(Key(2), Minute, 9)];

        Assert.Null(await _store.AcquireAllAsync(requests));

        Assert.Equal((2, 2 * Short, 0), (_store.Living.Count, _store.Living.Bytes, _store.Living.Accounts.Accounts));
    }

    [Fact]
    public void By_default_groups_may_use_half_of_the_memory_of_the_process()
    {
        using var store = new InProcessBucketStore(new(_time));

        Assert.Equal(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2, store.Living.MaxBytes);
        Assert.Throws<ArgumentOutOfRangeException>("maxBytes", () => new InProcessBucketStore(new(_time), 1, 0));
    }

    private static GroupRules OneRule((string Bucket, Algorithm Algorithm) one) =>
        new([new(one.Bucket, new(one.Algorithm, 5, TimeSpan.FromSeconds(60)))], new(1, 0));

    private static GroupRequest Request(GroupKey key, GroupRules rules, int max = 0) =>
        new(key, BucketOperation.Acquire(rules, 1) with { MaxAccountGroups = max });

    private static GroupReply Execute(InProcessBucketStore store, GroupKey key, GroupRules rules, int max = 0) =>
        ((IBucketStore)store).ExecuteAsync(Request(key, rules, max)).Result;

    private GroupReply Acquire(int number, GroupRules? rules = null) => Execute(_store, Key(number), rules ?? Minute);
}
