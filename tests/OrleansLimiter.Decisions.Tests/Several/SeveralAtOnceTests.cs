using static OrleansLimiter.Decisions.Tests.TestLimiter;

namespace OrleansLimiter.Decisions.Tests.Several;

/// <summary>Several requests together, of many threads at once.</summary>
public sealed class SeveralAtOnceTests
{
    private const int Threads = 8;
    private const int Accounts = 4;

    [Fact]
    public async Task Threads_with_requests_of_the_same_accounts_in_any_order_get_exactly_the_permits()
    {
        using var given = new TestLimiter();
        Policy policy = Policy(Limit("company", Scope.Account, 3000, 60), Limit("paths", Scope.Endpoint, 2000, 60));
        long[] allowed = new long[Accounts];

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            var random = new Random(thread);
            for (int i = 0; i < 1500; i++)
            {
                LimitCall[] calls =
                [
                    .. Enumerable.Range(0, random.Next(2, 5)).Select(_ => new LimitCall(policy, Request(
                        account: $"{random.Next(Accounts)}",
                        endpoint: random.Next(2) == 0 ? "exports" : "messages",
                        cost: random.Next(1, 3)))),
                ];
                if (CheckAll(given, calls).All(decision => decision.Allowed))
                {
                    Array.ForEach(calls, call => Interlocked.Add(ref allowed[int.Parse(call.Request.Account.Name)], call.Request.Cost));
                }
            }
        }))).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(allowed, Enumerable.Range(0, Accounts).Select(account => Used(account, "exports") + Used(account, "messages")));
        Assert.Equal(allowed, Enumerable.Range(0, Accounts).Select(account =>
            3000L - given.Check(policy, Request(account: $"{account}", peek: true))[0].Reading.Remaining));

        long Used(int account, string endpoint) =>
            2000 - given.Check(policy, Request(account: $"{account}", endpoint: endpoint, peek: true))[1].Reading.Remaining;
    }

    [Fact]
    public void Two_requests_of_one_account_on_warm_groups_allocate_little_more_than_their_decisions()
    {
        using var given = new TestLimiter();
        Policy policy = Policy(Limit("company", Scope.Account, 30_000, 60), Limit("paths", Scope.Endpoint, 30_000, 60));
        LimitCall[] calls = [new(policy, Request()), new(policy, Request(endpoint: "messages"))];
        for (int i = 0; i < 100; i++)
        {
            CheckAll(given, calls);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        CheckAll(given, calls);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 300, 1000);
    }

    // The store is synchronous.
    private static Decision[] CheckAll(TestLimiter given, LimitCall[] calls) => given.Limiter.CheckAllAsync(calls).Result;
}
