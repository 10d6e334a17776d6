using static OrleansLimiter.Core.Tests.InProcess;

namespace OrleansLimiter.Core.Tests;

/// <summary>Joint acquisitions of many threads whose groups overlap.</summary>
public sealed class JointConcurrencyTests : IDisposable
{
    private const int Bursts = 6;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly InProcess _store = new();
    private readonly Account _account = new(AccountKind.Id, "m");
    private readonly long[] _given = new long[Bursts];

    [Theory]
    [InlineData(Algorithm.FixedWindow, 1000, 5000)]
    [InlineData(Algorithm.RollingWindow, 1000, 5000)]
    [InlineData(Algorithm.LeakyBucket, 100_000, 300)]
    [InlineData(Algorithm.TokenBucket, 100_000, 300)]
    public async Task Threads_that_share_the_group_of_an_account_get_exactly_the_permits_of_each_group(
        Algorithm algorithm, int account, int burst)
    {
        GroupRules[] rules = [Rules(algorithm, burst), Rules(algorithm, 1_000_000), Rules(algorithm, account)];

        await RunAsync(thread =>
        {
            for (int i = 0; i < 2000; i++)
            {
                int cost = 1 + (thread + i) % 3;
                Interlocked.Add(ref _given[(thread + i) % Bursts], Acquire(rules, (thread + i) % Bursts, cost) ? cost : 0);
            }
        });

        Assert.Equal(Math.Min(account, Bursts * burst), _given.Sum());
        AssertRemaining(rules);
    }

    [Fact]
    public async Task Joint_acquisitions_beside_reservations_and_cancellations_consume_only_what_was_allowed_and_not_canceled()
    {
        GroupRules[] rules =
            [Rules(Algorithm.RollingWindow, 900), Rules(Algorithm.RollingWindow, 3500), Rules(Algorithm.FixedWindow, 3000)];

        // A group remembers 1,024 acquisitions. In one round there are 800, so none is forgotten before it is canceled.
        using var round = new Barrier(ConcurrencyTests.Threads);
        await RunAsync(thread =>
        {
            var random = new Random(thread);
            for (int i = 0; i < 2000; i++)
            {
                if (i % 100 == 0 && !round.SignalAndWait(s_limit))
                {
                    throw new TimeoutException("A thread did not reach the next round.");
                }

                int burst = random.Next(Bursts);
                int cost = random.Next(1, 4);
                switch (random.Next(4))
                {
                    case 0:
                        Acquire(rules, burst, cost, OperationId.None);
                        break;
                    case 1:
                        Acquire(rules, burst, cost, OperationId.New());
                        break;
                    case 2:
                        ReserveAndCommit(rules, burst, cost);
                        break;
                    case 3:
                        AcquireAndCancel(rules, burst, cost);
                        break;
                }
            }
        });

        AssertRemaining(rules);
    }

    [Fact]
    public async Task Groups_that_end_while_threads_acquire_lose_no_acquisition()
    {
        GroupRules kept = Rules(Algorithm.FixedWindow, 1_000_000, seconds: 80_000);
        GroupRules[] rules = [Rules(Algorithm.FixedWindow, 1_000_000, seconds: 0.2), kept, kept];

        await RunAsync(thread =>
        {
            for (int i = 0; i < 1000; i++)
            {
                if (thread == 0)
                {
                    _store.Advance(10); // all bursts have decayed, and the sweep ends them
                }
                else
                {
                    Interlocked.Add(ref _given[0], Acquire(rules, (thread + i) % Bursts, 1) ? 1 : 0);
                }
            }
        });

        Assert.Equal(7000, _given[0]);
        Assert.Equal([993_000, 993_000], Remaining(rules)[Bursts..]);
    }

    public void Dispose() => _store.Dispose();

    // A deadlock fails the test.
    private static Task RunAsync(Action<int> body) => Task.Run(() => ConcurrencyTests.Run(body)).WaitAsync(s_limit);

    private GroupKey[] Keys(int burst) =>
    [
        GroupKey.ForBurst("p", _account, "e", $"{burst}"),
        GroupKey.ForEndpoint("p", _account, "e", "live"),
        GroupKey.ForAccount("p", _account),
    ];

    private GroupRequest[] Requests(GroupRules[] rules, int burst, OperationKind kind, int cost, OperationId id) =>
        [.. Keys(burst).Select((key, i) => new GroupRequest(key, new(kind, rules[i], cost, id)))];

    private bool Acquire(GroupRules[] rules, int burst, int cost)
    {
        IBucketStore store = _store.Store;
        return store.TryAcquireAll(Keys(burst), rules, cost, new Reading[3], out bool allowed) ? allowed
            : AllAllowed(store.AcquireAllAsync(Requests(rules, burst, OperationKind.Acquire, cost, default)).Result!);
    }

    private bool Acquire(GroupRules[] rules, int burst, int cost, OperationId id)
    {
        bool allowed = id == OperationId.None
            ? Acquire(rules, burst, cost)
            : AllAllowed(_store.Store.AcquireAllAsync(Requests(rules, burst, OperationKind.Acquire, cost, id)).Result!);
        Interlocked.Add(ref _given[burst], allowed ? cost : 0);
        return allowed;
    }

    private void ReserveAndCommit(GroupRules[] rules, int burst, int cost)
    {
        var id = OperationId.New();
        bool allowed = AllAllowed(Execute(Requests(rules, burst, OperationKind.Reserve, cost, id)));
        Execute(Requests(rules, burst, allowed ? OperationKind.Commit : OperationKind.Cancel, cost, id));
        Interlocked.Add(ref _given[burst], allowed ? cost : 0);
    }

    private void AcquireAndCancel(GroupRules[] rules, int burst, int cost)
    {
        var id = OperationId.New();
        if (Acquire(rules, burst, cost, id))
        {
            Execute(Requests(rules, burst, OperationKind.Cancel, cost, id));
            Interlocked.Add(ref _given[burst], -cost);
        }
    }

    private GroupReply[] Execute(GroupRequest[] asked) => [.. asked.Select(each => _store.Store.ExecuteAsync(each).Result)];

    private static bool AllAllowed(GroupReply[] replies) => Array.TrueForAll(replies, reply => reply.Outcome == GroupOutcome.Allowed);

    // What remains in the bursts, in the endpoint and in the account.
    private int[] Remaining(GroupRules[] rules)
    {
        GroupKey[] rest = Keys(0)[1..];
        return
        [
            .. Enumerable.Range(0, Bursts).Select(burst => _store.Store.ReadAsync(Keys(burst)[0], rules[0], 1).Result.Remaining()),
            _store.Store.ReadAsync(rest[0], rules[1], 1).Result.Remaining(),
            _store.Store.ReadAsync(rest[1], rules[2], 1).Result.Remaining(),
        ];
    }

    private void AssertRemaining(GroupRules[] rules)
    {
        int[] permits = [.. rules.Select(each => each.Rules[0].Rule.Permits)];
        int[] remaining = Remaining(rules);
        Assert.Equal(_given.Select(given => permits[0] - given), remaining[..Bursts].Select(each => (long)each));
        Assert.Equal([permits[1] - _given.Sum(), permits[2] - _given.Sum()], remaining[Bursts..].Select(each => (long)each));
    }
}
