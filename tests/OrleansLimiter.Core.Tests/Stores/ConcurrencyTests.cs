using static OrleansLimiter.Core.Tests.InProcess;

namespace OrleansLimiter.Core.Tests;

public sealed class ConcurrencyTests : IDisposable
{
    internal const int Threads = 8;

    private readonly InProcess _store = new();

    public static readonly TheoryData<Algorithm, int> Limits = new()
    {
        { Algorithm.RollingWindow, 3000 },
        { Algorithm.RollingWindow, 20_000 },
        { Algorithm.FixedWindow, 20_000 },
        { Algorithm.LeakyBucket, 20_000 },
        { Algorithm.TokenBucket, 20_000 },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public void Threads_that_acquire_from_one_key_get_exactly_its_permits(Algorithm algorithm, int permits)
    {
        GroupRules rules = Rules(algorithm, permits);
        long given = 0;

        Run(thread =>
        {
            for (int i = 0; i < permits; i++)
            {
                int cost = 1 + (thread + i) % 3;
                Interlocked.Add(ref given, _store.Acquire(0, rules, cost).Outcome == GroupOutcome.Allowed ? cost : 0);
            }
        });

        Assert.Equal((permits, 0), (given, _store.Read(0, rules).Remaining()));
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public void Of_reservations_that_are_committed_or_canceled_at_random_only_the_committed_count(Algorithm algorithm, int permits)
    {
        GroupRules rules = Rules(algorithm, permits);
        long committed = 0;

        Run(thread =>
        {
            var random = new Random(thread);
            for (int i = 0; i < 2000; i++)
            {
                var id = OperationId.New();
                int cost = random.Next(1, 4);
                if (_store.Acquire(0, rules, cost, id, reserve: true).Outcome != GroupOutcome.Allowed)
                {
                    continue;
                }

                if (random.Next(2) == 0)
                {
                    _store.Commit(0, id);
                    Interlocked.Add(ref committed, cost);
                }
                else
                {
                    _store.Cancel(0, rules, id);
                }
            }
        });

        Assert.InRange(committed, permits / 2, permits);
        Assert.Equal(permits - committed, _store.Read(0, rules).Remaining());
    }

    [Fact]
    public void Threads_that_create_the_same_groups_get_exactly_the_permits_of_each()
    {
        GroupRules rules = Rules(Algorithm.FixedWindow, permits: 5);
        var given = new int[2000];

        Run(thread =>
        {
            for (int i = 0; i < given.Length; i++)
            {
                while (_store.Acquire(i, rules).Outcome == GroupOutcome.Allowed)
                {
                    Interlocked.Increment(ref given[i]);
                }
            }
        });

        Assert.All(given, count => Assert.Equal(5, count));
        Assert.Equal(given.Length, _store.Living.Count);
    }

    [Fact]
    public void Acquisitions_of_several_buckets_never_acquire_from_one_alone()
    {
        var both = new GroupRules(
            [
                new("a", new(Algorithm.RollingWindow, 1000, TimeSpan.FromSeconds(60))),
                new("b", new(Algorithm.LeakyBucket, 700, TimeSpan.FromSeconds(60))),
            ],
            new(1, 0));

        Run(_ =>
        {
            for (int i = 0; i < 500; i++)
            {
                _store.Acquire(0, both);
            }
        });

        GroupReply reply = _store.Read(0, both);
        Assert.Equal((300, 0), (reply.Readings[0].Remaining, reply.Readings[1].Remaining));
    }

    public void Dispose() => _store.Dispose();

    /// <summary>Real threads that start together.</summary>
    internal static void Run(Action<int> body)
    {
        using var start = new Barrier(Threads);
        Exception? error = null;
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(i => new Thread(() =>
        {
            start.SignalAndWait();
            try
            {
                body(i);
            }
            catch (Exception caught)
            {
                error = caught;
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Null(error);
    }
}

internal static class Replies
{
    public static int Remaining(this GroupReply reply) => reply.Readings[0].Remaining;
}
