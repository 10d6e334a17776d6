using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace OrleansLimiter.Silo.Tests;

/// <summary>A cluster as in a deployment: a database, silos and front-ends, each in a process on loopback.</summary>
internal sealed class ProcessCluster : IAsyncDisposable
{
    /// <summary>The deadline of decisions in tests of other things, which is long enough for busy machines.</summary>
    public static readonly TimeSpan Patient = TimeSpan.FromSeconds(10);

    private readonly string _clusterId = $"test-{Guid.NewGuid():n}";
    private readonly TimeSpan _deadline;

    private ProcessCluster(StoreServer store, TimeSpan deadline) => (Store, _deadline) = (store, deadline);

    /// <summary>The database, which stops with the cluster.</summary>
    public StoreServer Store { get; }

    public List<HostProcess> Silos { get; } = [];

    public List<HostProcess> FrontEnds { get; } = [];

    /// <summary>The silo port and the gateway port of every silo that was started.</summary>
    public List<int> SiloPorts { get; } = [];

    /// <summary>Starts a cluster. The test is skipped if the database is not installed.</summary>
    public static async Task<ProcessCluster> StartAsync(StoreServer store, int silos, int frontEnds, TimeSpan deadline)
    {
        store.Require();
        var cluster = new ProcessCluster(store, deadline);
        try
        {
            await store.StartAsync();
            await cluster.StartHostsAsync(silos, frontEnds);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts further hosts and waits until each is ready.</summary>
    public async Task StartHostsAsync(int silos, int frontEnds)
    {
        Silos.AddRange(Enumerable.Range(0, silos).Select(_ => StartSilo()));
        FrontEnds.AddRange(Enumerable.Range(0, frontEnds).Select(_ => StartFrontEnd()));
        await Task.WhenAll(Silos.Concat(FrontEnds).Select(host => host.ReadyAsync()));
    }

    /// <summary>Starts a silo, without waiting until it is ready.</summary>
    /// <param name="ports">The silo port and the gateway port; null: free ports.</param>
    /// <param name="settings">Settings in addition to those of every silo, which has no front-end.</param>
    public HostProcess StartSilo(int[]? ports = null, params (string Key, string Value)[] settings) =>
        StartSilo(network: null, ports, settings);

    /// <summary>Starts a silo in a network, without waiting until it is ready.</summary>
    public HostProcess StartSilo(NetworkNamespace network, params (string Key, string Value)[] settings) =>
        StartSilo(network, ports: null, settings);

    private HostProcess StartSilo(NetworkNamespace? network, int[]? ports, (string Key, string Value)[] settings)
    {
        ports ??= Loopback.FreePorts(2);
        SiloPorts.AddRange(ports);
        var all = new Dictionary<string, string>(
        [
            .. Membership(),
            .. Section("Orleans:GrainStorage:overrides", Store.GrainStorage),
            .. Section("Orleans:GrainStorage:counts", Store.GrainStorage),
        ])
        {
            ["Limiter:FrontEnd"] = "false",
            ["Orleans:Endpoints:AdvertisedIPAddress"] = network?.Address ?? "127.0.0.1",
            ["Orleans:Endpoints:SiloPort"] = $"{ports[0]}",
            ["Orleans:Endpoints:GatewayPort"] = $"{ports[1]}",
        };
        foreach ((string key, string value) in settings)
        {
            all[key] = value;
        }

        return HostProcess.Start("OrleansLimiter.Silo", all, network);
    }

    /// <summary>Starts a front-end, without waiting until it is ready.</summary>
    /// <param name="settings">Settings in addition to those of every front-end.</param>
    public HostProcess StartFrontEnd(params (string Key, string Value)[] settings)
    {
        Dictionary<string, string> all = Membership();
        foreach ((string key, string value) in settings)
        {
            all[key] = value;
        }

        return HostProcess.Start("OrleansLimiter.FrontEnd", all);
    }

    /// <summary>Connects a client in this process, for what the hosts themselves do not tell.</summary>
    public async Task<IHost> ConnectAsync()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(Membership().Select(each => KeyValuePair.Create(each.Key, (string?)each.Value)));
        builder.UseOrleansClient();
        IHost client = builder.Build();
        await client.StartAsync();
        return client;
    }

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

    /// <summary>Ends every host at once, and forgets them.</summary>
    public Task KillHostsAsync() => DisposeHostsAsync();

    public async ValueTask DisposeAsync()
    {
        await DisposeHostsAsync();
        await Store.DisposeAsync();
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

    private Dictionary<string, string> Membership() => new(Section("Orleans:Clustering", Store.Clustering))
    {
        ["Limiter:Deadline"] = _deadline.ToString("c", CultureInfo.InvariantCulture),
        ["Orleans:ClusterId"] = _clusterId,
        ["Orleans:ServiceId"] = "limiter",
    };

    private static IEnumerable<KeyValuePair<string, string>> Section(string section, IReadOnlyDictionary<string, string> keys) =>
        keys.Select(key => KeyValuePair.Create($"{section}:{key.Key}", key.Value));
}
