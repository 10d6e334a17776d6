using Microsoft.Extensions.DependencyInjection;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>Requests of three limits: in a burst, an endpoint and an account.</summary>
internal static class JointRequests
{
    public static readonly GroupRules Burst = Rules(10);
    public static readonly GroupRules Endpoint = Rules(20);
    public static readonly GroupRules All = Rules(30);

    private static int s_accounts;

    /// <summary>An account that no other test uses.</summary>
    public static Account NewAccount() => new(AccountKind.Id, $"joint {Interlocked.Increment(ref s_accounts)}");

    public static GroupRules Rules(int permits, int milliseconds = 60_000, uint overrides = 0) =>
        new([new("limit", new(Algorithm.FixedWindow, permits, TimeSpan.FromMilliseconds(milliseconds)))], new(1, overrides));

    public static GroupKey[] Keys(Account account, string resource = "1") =>
    [
        GroupKey.ForBurst("p", account, "e", resource), GroupKey.ForEndpoint("p", account, "e", "live"), GroupKey.ForAccount("p", account),
    ];

    public static GroupRequest[] Of(Account account, int cost = 1, OperationId id = default, string resource = "1")
    {
        GroupRules[] rules = [Burst, Endpoint, All];
        return [.. Keys(account, resource).Select((key, i) => new GroupRequest(key, BucketOperation.Acquire(rules[i], cost, id)))];
    }

    /// <summary>Asserts that the groups decided in one step, and what remains in each of them.</summary>
    public static void AssertRemaining(this GroupReply[]? replies, params int[] expected) =>
        Assert.Equal(expected, Assert.IsType<GroupReply[]>(replies).Select(reply => reply.Readings[0].Remaining));

    /// <inheritdoc cref="AssertRemaining"/>
    public static async Task AssertRemainingAsync(this ValueTask<GroupReply[]?> replies, params int[] expected) =>
        (await replies).AssertRemaining(expected);

    /// <summary>Asserts what can be read in each group of an account.</summary>
    public static async Task AssertRemainAsync(this ClusterBucketStore store, Account account, params int[] expected)
    {
        var remaining = new List<int>();
        foreach (GroupRequest request in Of(account))
        {
            remaining.Add((await store.ReadAsync(request.Key, request.Operation.Rules!, 1)).Readings[0].Remaining);
        }

        Assert.Equal(expected, remaining);
    }

    /// <summary>Acquires in groups of other accounts, after which a front-end outside has a list of silos.</summary>
    public static async Task<ClusterBucketStore> KnowingSilosAsync(this ClusterBucketStore store)
    {
        await store.AcquireAsync(Keys(NewAccount())[2], All, 1);
        await store.AcquireAllAsync(Of(NewAccount()));
        return store;
    }

    /// <summary>Waits until every silo lists a number of silos. Orleans tells them of each other by messages.</summary>
    public static HostingSilos Listed(this LimiterCluster cluster, int silos)
    {
        HostingSilos[] lists = [];
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                lists = [.. cluster.Cluster.Silos.Select(silo => cluster.Cluster.GetSiloServiceProvider(silo.SiloAddress)
                    .GetRequiredService<IHostingSilos>().Current)];
                return lists.All(list => list.Silos.Length == silos);
            },
            TimeSpan.FromSeconds(60)));
        return lists[0];
    }
}
