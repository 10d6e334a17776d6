using FsCheck;
using FsCheck.Fluent;
using static OrleansLimiter.Decisions.Tests.TestLimiter;

namespace OrleansLimiter.Decisions.Tests;

/// <summary>Compares decisions with a model that contains only the allowed requests.</summary>
public sealed class RefusalsConsumeNothingTests
{
    [Fact]
    public void A_denied_request_consumes_nothing_in_any_limit()
    {
        Gen<(int Resource, int Cost, int Milliseconds)> step =
            from resource in Gen.Choose(1, 3)
            from cost in Gen.Choose(1, 3)
            from milliseconds in Gen.Elements(0, 0, 0, 1, 200, 400, 1000)
            select (resource, cost, milliseconds);

        Prop.ForAll(step.ListOf().ToArbitrary(), steps =>
        {
            using var given = new TestLimiter();
            Policy policy = Policy(
                Limit("company", Scope.Account, 7, 2),
                Limit("endpoint", Scope.Endpoint, 5, 1),
                Limit("burst", Scope.Burst, 3, 1));
            var passed = new List<(TimeSpan At, int Resource, int Cost)>();
            TimeSpan now = default;
            foreach ((int resource, int cost, int milliseconds) in steps)
            {
                given.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
                now += TimeSpan.FromMilliseconds(milliseconds);
                bool expected = Remaining(passed, now, 7, 2) >= cost
                    && Remaining(passed, now, 5, 1) >= cost
                    && Remaining([.. passed.Where(each => each.Resource == resource)], now, 3, 1) >= cost;
                Decision decision = given.Check(policy, Request(endpoint: "messages", resource: $"{resource}", cost: cost));
                Assert.Equal(expected, decision.Allowed);
                if (expected)
                {
                    passed.Add((now, resource, cost));
                }

                Assert.Equal(Remaining(passed, now, 7, 2), decision[0].Reading.Remaining);
                Assert.Equal(Remaining(passed, now, 5, 1), decision[1].Reading.Remaining);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Under_contention_every_permit_can_be_used_and_no_refusal_waits_for_a_window_with_permits()
    {
        using var given = new TestLimiter(maxGroups: 100_000);
        Policy policy = Policy(Limit("company", Scope.Account, 500, 60), Limit("burst", Scope.Burst, 1, 60));
        int passed = 0;
        int longWaits = 0;
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, thread =>
        {
            for (int i = 0; i < 400; i++)
            {
                // Half of the requests use a burst that is exhausted immediately. Each of the others uses a new one.
                string resource = i % 2 == 0 ? "hot" : $"{thread}-{i}";
                Decision decision = given.Limiter.CheckAsync(policy, Request(endpoint: "messages", resource: resource)).Result;
                Interlocked.Add(ref passed, decision.Allowed ? 1 : 0);
                if (!decision[0].Reading.Allowed && decision[0].Reading.RetryAfter > BucketGroup.ReservationTimeout && Volatile.Read(ref passed) < 490)
                {
                    Interlocked.Increment(ref longWaits);
                }
            }
        });

        while (given.Check(policy, Request(endpoint: "messages", resource: Guid.NewGuid().ToString())).Allowed)
        {
            passed++;
        }

        Assert.Equal(500, passed);
        Assert.Equal(0, longWaits);
    }

    // A fixed window by replay. It opens at the first allowed request while none is open.
    private static int Remaining(IReadOnlyList<(TimeSpan At, int Resource, int Cost)> passed, TimeSpan now, int permits, double seconds)
    {
        TimeSpan? opened = null;
        int used = 0;
        foreach ((TimeSpan at, _, int cost) in passed)
        {
            if (opened is null || at >= opened + TimeSpan.FromSeconds(seconds))
            {
                (opened, used) = (at, 0);
            }

            used += cost;
        }

        return opened is { } open && now < open + TimeSpan.FromSeconds(seconds) ? permits - used : permits;
    }
}
