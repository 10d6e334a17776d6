using System.Globalization;

namespace OrleansLimiter.Silo.Tests;

/// <summary>A cluster as it is deployed: PostgreSQL, silos and front-ends, each a process of its own on loopback.</summary>
internal sealed class ProcessCluster : IAsyncDisposable
{
    /// <summary>How long decisions wait on a machine that is busy with other things, where a test is not about that.</summary>
    public static readonly TimeSpan Patient = TimeSpan.FromSeconds(10);

    private readonly string _clusterId = $"test-{Guid.NewGuid():n}";
    private readonly TimeSpan _deadline;

    private ProcessCluster(PostgresServer postgres, TimeSpan deadline) => (Postgres, _deadline) = (postgres, deadline);

    public PostgresServer Postgres { get; }

    public List<HostProcess> Silos { get; } = [];

    public List<HostProcess> FrontEnds { get; } = [];

    /// <summary>The ports for silos and for clients of every silo that was started.</summary>
    public List<int> SiloPorts { get; } = [];

    public static async Task<ProcessCluster> StartAsync(int silos, int frontEnds, TimeSpan deadline)
    {
        var cluster = new ProcessCluster(await PostgresServer.StartNewAsync(), deadline);
        try
        {
            await cluster.StartHostsAsync(silos, frontEnds);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts hosts beside those that run, and waits until each can decide.</summary>
    public async Task StartHostsAsync(int silos, int frontEnds)
    {
        Silos.AddRange(Enumerable.Range(0, silos).Select(_ => StartSilo()));
        FrontEnds.AddRange(Enumerable.Range(0, frontEnds).Select(_ => StartFrontEnd()));
        await Task.WhenAll(Silos.Concat(FrontEnds).Select(host => host.ReadyAsync()));
    }

    /// <summary>Starts a silo; it need not be ready when this returns.</summary>
    /// <param name="ports">For silos and for clients, as a supervisor starts one again where it was; null: free ones.</param>
    public HostProcess StartSilo(int[]? ports = null)
    {
        ports ??= Loopback.FreePorts(2);
        SiloPorts.AddRange(ports);
        return HostProcess.Start("OrleansLimiter.Silo", new Dictionary<string, string>(Membership())
        {
            ["Limiter:FrontEnd"] = "false",
            ["Orleans:Endpoints:AdvertisedIPAddress"] = "127.0.0.1",
            ["Orleans:Endpoints:SiloPort"] = $"{ports[0]}",
            ["Orleans:Endpoints:GatewayPort"] = $"{ports[1]}",
            ["Orleans:GrainStorage:overrides:ProviderType"] = "AdoNet",
            ["Orleans:GrainStorage:overrides:Invariant"] = "Npgsql",
            ["Orleans:GrainStorage:overrides:ConnectionString"] = Postgres.ConnectionString,
        });
    }

    public HostProcess StartFrontEnd() => HostProcess.Start("OrleansLimiter.FrontEnd", Membership());

    /// <summary>Stops every host as a service manager does, front-ends first; their exit codes.</summary>
    public async Task<int[]> StopHostsAsync()
    {
        int[] codes =
        [
            .. await Task.WhenAll(FrontEnds.Select(host => host.StopAsync())),
            .. await Task.WhenAll(Silos.Select(host => host.StopAsync())),
        ];
        await DisposeHostsAsync();
        return codes;
    }

    public async ValueTask DisposeAsync()
    {
        await DisposeHostsAsync();
        await Postgres.DisposeAsync();
    }

    private async Task DisposeHostsAsync()
    {
        foreach (HostProcess host in FrontEnds.Concat(Silos))
        {
            await host.DisposeAsync();
        }

        FrontEnds.Clear();
        Silos.Clear();
    }

    private Dictionary<string, string> Membership() => new()
    {
        ["Limiter:Deadline"] = _deadline.ToString("c", CultureInfo.InvariantCulture),
        ["Orleans:ClusterId"] = _clusterId,
        ["Orleans:ServiceId"] = "limiter",
        ["Orleans:Clustering:ProviderType"] = "AdoNet",
        ["Orleans:Clustering:Invariant"] = "Npgsql",
        ["Orleans:Clustering:ConnectionString"] = Postgres.ConnectionString,
    };
}
