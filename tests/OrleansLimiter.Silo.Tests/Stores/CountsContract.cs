namespace OrleansLimiter.Silo.Tests;

/// <summary>What survives a restart of all processes, for every storage of counts that can be configured.</summary>
public abstract class CountsContract<TStore> : IDisposable
    where TStore : StoreServer, new()
{
    private const string Policy = """
        policy: quota
        generation: 1
        identity:
          account: [header:X-Account-Id]
        unlisted: shared
        limits:
          - { name: day, scope: account, algorithm: fixed-window, permits: 3, window: 1d, survive: restart }
        on-failure: deny
        """;

    private const int Permits = 3;
    private const int Accounts = 40;

    private readonly TestFolder _folder = new();

    protected CountsContract() => _folder.Write("policies/quota.yaml", Policy);

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Nothing_more_is_admitted_after_all_silos_were_stopped_and_started_again()
    {
        await using ProcessCluster cluster = await StartAsync();
        await UseUpAsync(cluster.FrontEnds[0]);

        Assert.All(await cluster.StopHostsAsync(), code => Assert.Equal(0, code));
        await StartHostsAsync(cluster);

        await AssertUsedUpAsync(cluster.FrontEnds[0]);
    }

    [Fact]
    public async Task Nothing_that_was_stored_is_admitted_again_after_all_silos_were_killed()
    {
        await using ProcessCluster cluster = await StartAsync();
        await UseUpAsync(cluster.FrontEnds[0]);
        await Eventually.TrueAsync(
            async () => await StoredAsync(cluster) >= Accounts, HostProcess.MaxWait, "all groups are stored", () => cluster.Silos[0].Log);

        int[] ports = [.. cluster.SiloPorts];
        await cluster.KillHostsAsync();

        // At the same addresses, because new ones would wait until the members that were killed have expired.
        cluster.Silos.AddRange([cluster.StartSilo(ports[..2]), cluster.StartSilo(ports[2..4])]);
        await Task.WhenAll(cluster.Silos.Select(silo => silo.ReadyAsync()));
        cluster.FrontEnds.Add(StartFrontEnd(cluster));
        await cluster.FrontEnds[0].ReadyAsync();

        await AssertUsedUpAsync(cluster.FrontEnds[0]);
    }

    private async Task<ProcessCluster> StartAsync()
    {
        ProcessCluster cluster = await ProcessCluster.StartAsync(new TStore(), silos: 0, frontEnds: 0, ProcessCluster.Patient);
        try
        {
            await StartHostsAsync(cluster);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    private async Task StartHostsAsync(ProcessCluster cluster)
    {
        await cluster.StartHostsAsync(silos: 2, frontEnds: 0);
        cluster.FrontEnds.Add(StartFrontEnd(cluster));
        await cluster.FrontEnds[0].ReadyAsync();
    }

    private HostProcess StartFrontEnd(ProcessCluster cluster) => cluster.StartFrontEnd(("Limiter:Policies", _folder.Path("policies")));

    // More often than admitted, so that the accounts are at their limit.
    private static async Task UseUpAsync(HostProcess frontEnd)
    {
        for (int i = 0; i <= Permits; i++)
        {
            Answer[] answers = await CheckAllAsync(frontEnd);
            Assert.All(answers, answer => Assert.Equal((i < Permits ? 200 : 429, null), (answer.Status, answer.Failure)));
        }
    }

    private static async Task AssertUsedUpAsync(HostProcess frontEnd) => Assert.All(
        await CheckAllAsync(frontEnd), answer => Assert.Equal((429, null, 0), (answer.Status, answer.Failure, answer.Remaining)));

    private static Task<Answer[]> CheckAllAsync(HostProcess frontEnd) =>
        Task.WhenAll(Enumerable.Range(0, Accounts).Select(account => frontEnd.CheckAsync("quota", $"acct-{account}")));

    private static async Task<double> StoredAsync(ProcessCluster cluster)
    {
        double stored = 0;
        foreach (HostProcess silo in cluster.Silos)
        {
            string metrics = await silo.Administration.GetStringAsync("/metrics");
            stored += metrics.Split('\n').Where(line => line.StartsWith("orleans_limiter_counts_stored_groups", StringComparison.Ordinal))
                .Sum(line => double.Parse(line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture));
        }

        return stored;
    }
}

public sealed class PostgresCountsTests : CountsContract<PostgresServer>;

public sealed class RedisCountsTests : CountsContract<RedisServer>;

public sealed class AzureBlobCountsTests : CountsContract<AzureBlobs>;

public sealed class AzureTableCountsTests : CountsContract<AzureTables>;
