using static OrleansLimiter.Core.Tests.InProcess;

namespace OrleansLimiter.Core.Tests;

/// <summary>The bound on the living groups of one account.</summary>
public sealed class AccountBoundTests : IDisposable
{
    private static readonly Account Caller = Key(1).Account;
    private static readonly GroupRules Minute = Rules(Algorithm.FixedWindow, permits: 5);
    private static readonly GroupRules Second = Rules(Algorithm.FixedWindow, permits: 5, seconds: 1);
    private static readonly (GroupOutcome, GroupNotes, int) AtBound = (GroupOutcome.Unavailable, GroupNotes.TooManyGroupsOfAccount, 0);

    private readonly InProcess _store = new(maxGroups: 20);

    public void Dispose() => _store.Dispose();

    [Fact]
    public void A_further_group_of_an_account_is_not_opened_and_all_other_groups_continue()
    {
        Assert.All(Enumerable.Range(0, 3), number => Assert.Equal(GroupOutcome.Allowed, Acquire(Path(number)).Outcome));

        Assert.Equal(AtBound, Summary(Acquire(Path(3))));
        Assert.Equal(AtBound, Summary(_store.Read(Path(3), Minute, max: 3)));

        Assert.Equal(3, Acquire(Path(0)).Remaining());
        Assert.Equal(4, Acquire(Path(3, account: 2)).Remaining());
        Assert.Equal(4, Acquire(GroupKey.ForAccount("policy", Caller), max: 0).Remaining());
        Assert.Equal((5, 0, 2), (_store.Living.Count, _store.Living.BoundReached, _store.Living.AccountBoundReached));
    }

    [Fact]
    public void A_group_that_ends_makes_room_for_another_one_of_its_account_within_a_second()
    {
        Acquire(Path(0), Second);
        Acquire(Path(1), Minute);
        Assert.Equal(AtBound, Summary(Acquire(Path(2), max: 2)));

        _store.Advance(1);

        Assert.Equal(4, Acquire(Path(2), max: 2).Remaining());
        Assert.Equal(AtBound, Summary(Acquire(Path(3), max: 2)));
    }

    [Fact]
    public void Groups_that_were_opened_without_a_bound_do_not_count()
    {
        Acquire(Path(0), max: 0);
        Acquire(Path(1), max: 0);

        Assert.Equal(4, Acquire(Path(2), max: 1).Remaining());
        Assert.Equal(AtBound, Summary(Acquire(Path(3), max: 1)));
        Assert.Equal(3, Acquire(Path(0), max: 1).Remaining());
    }

    [Fact]
    public void A_joint_acquisition_beyond_the_bound_acquires_nothing_and_says_which_group_was_not_opened()
    {
        GroupRequest account = Request(GroupKey.ForAccount("policy", Caller), max: 0);
        _store.AcquireAll(Request(Path(0), max: 1), account);

        GroupReply[] replies = _store.AcquireAll(Request(Path(1), max: 1), account)!;

        Assert.Equal(AtBound, Summary(replies[0]));
        Assert.Equal((GroupOutcome.Allowed, 4), (replies[1].Outcome, replies[1].Remaining())); // nothing was acquired
        Assert.Equal(4, _store.Read(account.Key, Minute).Remaining());
        Assert.Equal((2, 1), (_store.Living.Count, _store.Living.Accounts.Of(Caller)));
    }

    [Fact]
    public void A_joint_acquisition_that_opens_one_group_and_not_the_other_opens_none()
    {
        GroupKey burst = GroupKey.ForBurst("policy", Caller, "e", "1");

        GroupReply[] replies = _store.AcquireAll(Request(burst, max: 1), Request(Path(0), max: 1))!;

        Assert.Equal([AtBound], replies[1..].Select(Summary));
        Assert.Equal((0, 0, 0), (_store.Living.Count, _store.Living.Accounts.Of(Caller), _store.Living.Accounts.Accounts));
        Assert.Equal(4, Acquire(burst, max: 1).Remaining());
    }

    [Fact]
    public void Handed_over_groups_count_and_none_is_lost_for_the_bound_of_its_account()
    {
        using var living = new LivingGroups(new(_store.Time), 20, () => { });
        BucketGroupEntry[] groups = [.. Enumerable.Range(0, 3).Select(number => new BucketGroupEntry(new KeyOwner(Path(number))))];
        Assert.All(groups, group => Assert.True(group.TryExecute(Request(Path(0), max: 3).Operation, living, out _)));
        var other = new LivingGroups(new(_store.Time), 20, () => { });
        BucketGroupEntry[] received = [.. groups.Select((group, number) => Receive(group, number, living, other))];

        Assert.Equal((0, 0), (living.Count, living.Accounts.Accounts));
        Assert.Equal((3, 3), (other.Count, other.Accounts.Of(Caller)));
        var further = new BucketGroupEntry(new KeyOwner(Path(3)));
        Assert.True(further.TryExecute(Request(Path(3), max: 2).Operation, other, out GroupReply reply));
        Assert.Equal(AtBound, Summary(reply));
        received[0].End(other);
        Assert.Equal(2, other.Accounts.Of(Caller));
    }

    [Fact]
    public void Threads_that_open_groups_of_one_account_open_exactly_its_bound()
    {
        using var store = new InProcess();
        int opened = 0;

        ConcurrencyTests.Run(thread =>
        {
            for (int i = 0; i < 20; i++)
            {
                GroupReply reply = store.Execute(Request(Path((thread * 20) + i), max: 50));
                Interlocked.Add(ref opened, reply.Outcome == GroupOutcome.Allowed ? 1 : 0);
            }
        });

        Assert.Equal((50, 50, 50), (opened, store.Living.Count, store.Living.Accounts.Of(Caller)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_store_opens_and_ends_the_same_groups_as_a_slow_model(int seed)
    {
        var random = new Random(seed);
        using var store = new InProcess(maxGroups: 30);
        var model = new Dictionary<GroupKey, bool>(); // living groups, and whether they count
        for (int step = 0; step < 3_000; step++)
        {
            GroupKey key = Path(random.Next(12), account: random.Next(4));
            int max = random.Next(6);
            if (random.Next(8) == 0)
            {
                store.Advance(25); // a window and the longest time between two sweeps: only long windows live on
                model = model.Where(pair => IsLong(pair.Key)).ToDictionary();
            }

            bool known = model.TryGetValue(key, out bool counts);
            int counted = model.Count(pair => pair.Key.Account == key.Account && pair.Value);
            GroupNotes expected = known ? GroupNotes.None
                : max > 0 && counted >= max ? GroupNotes.TooManyGroupsOfAccount
                : model.Count == 30 ? GroupNotes.TooManyGroups : GroupNotes.None;

            GroupRules rules = Rules(Algorithm.FixedWindow, 1_000, seconds: IsLong(key) ? 1_000_000 : 15);
            Assert.Equal(expected, store.Execute(Request(key, max, rules)).Notes);
            if (expected == GroupNotes.None)
            {
                model[key] = known ? counts : max > 0;
            }

            Assert.Equal(model.Count, store.Living.Count);
            Assert.Equal(model.Count(pair => pair.Key.Account == key.Account && pair.Value), store.Living.Accounts.Of(key.Account));
        }

        static bool IsLong(GroupKey key) => key.Endpoint is "GET /0" or "GET /1" or "GET /2";
    }

    private static GroupKey Path(int number, int account = 1) =>
        GroupKey.ForEndpoint("policy", Key(account).Account, $"GET /{number}", "live");

    private static GroupRequest Request(GroupKey key, int max, GroupRules? rules = null) =>
        new(key, BucketOperation.Acquire(rules ?? Minute, 1) with { MaxAccountGroups = max });

    private static (GroupOutcome, GroupNotes, int) Summary(GroupReply reply) => (reply.Outcome, reply.Notes, reply.Readings.Count);

    private GroupReply Acquire(GroupKey key, GroupRules? rules = null, int max = 3) => _store.Execute(Request(key, max, rules));

    private BucketGroupEntry Receive(BucketGroupEntry group, int number, LivingGroups from, LivingGroups to)
    {
        byte[] state = group.TryHandOver(from, out bool counts)!;
        var received = new BucketGroupEntry(new KeyOwner(Path(number)));
        Assert.True(received.TryReceive(state, from.Clock.Now, counts, to));
        return received;
    }
}
