namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>This project's hosts, with policies and addresses as their only configuration.</summary>
internal static class OurServers
{
    private static readonly string Policies = string.Join(';', Files.Policies);

    public static async Task<List<Server>> StartAsync(Site site)
    {
        List<Server> servers = [await EmbeddedAsync(site), await SiloInsideAsync(site)];
        foreach (int silos in (int[])[1, 3])
        {
            servers.Add(await ClusteredAsync(site, silos));
        }

        return servers;
    }

    /// <summary>Starts <c>limiter serve</c>, with more options.</summary>
    public static async Task<Server> EmbeddedAsync(Site site, params string[] more)
    {
        int[] ports = Loopback.FreePorts(2);
        Child host = site.StartHost(
            "OrleansLimiter.Cli", "limiter",
            [
                "serve", "--policies", .. Files.Policies, "--overrides", Path.Combine(site.Folder.FullName, "overrides.json"),
                "--counts", Path.Combine(site.Folder.FullName, "counts.log"), .. Addresses(ports), .. more,
            ]);
        await Requests.ReadyAsync(host, ports[1], "/readyz");
        return new(Server.Embedded, ports[0], [host], ports[1]);
    }

    /// <summary>Starts a silo with the front-end inside, with more options.</summary>
    public static async Task<Server> SiloInsideAsync(Site site, params string[] more)
    {
        int[] ports = Loopback.FreePorts(4);
        Child host = StartSilo(site, ports[2..], ports[2], ["--policies", Policies, .. Addresses(ports), .. more]);
        await Requests.ReadyAsync(host, ports[1], "/readyz");
        return new(Server.SiloInside, ports[0], [host], ports[1]);
    }

    private static async Task<Server> ClusteredAsync(Site site, int silos)
    {
        int[] ports = Loopback.FreePorts(2 + (3 * silos));
        List<Child> processes = [];
        List<string> gateways = [];
        for (int i = 0; i < silos; i++)
        {
            int[] own = ports[(2 + (3 * i))..(5 + (3 * i))];
            Child silo = StartSilo(
                site, own, ports[2], ["--Limiter:FrontEnd=false", "--admin-urls", Address(own[2])]);
            await Requests.ReadyAsync(silo, own[2], "/readyz");
            processes.Add(silo);
            gateways.Add($"--Orleans:Clustering:Gateways:{i}=127.0.0.1:{own[1]}");
        }

        Child frontEnd = site.StartHost(
            "OrleansLimiter.FrontEnd", "OrleansLimiter.FrontEnd",
            ["--policies", Policies, .. Addresses(ports), .. gateways]);
        await Requests.ReadyAsync(frontEnd, ports[1], "/readyz");
        return new(Server.Clustered(silos), ports[0], [frontEnd, .. processes], ports[1]);
    }

    private static Child StartSilo(Site site, int[] ports, int primary, IEnumerable<string> more) => site.StartHost(
        "OrleansLimiter.Silo", "OrleansLimiter.Silo",
        [
            $"--Orleans:Endpoints:SiloPort={ports[0]}", $"--Orleans:Endpoints:GatewayPort={ports[1]}",
            $"--Orleans:Clustering:PrimarySiloEndPoint=127.0.0.1:{primary}",
            $"--Orleans:GrainStorage:overrides:Path={site.Folder.CreateSubdirectory($"overrides-{primary}").FullName}",
            .. more,
        ]);

    private static string[] Addresses(int[] ports) => ["--urls", Address(ports[0]), "--admin-urls", Address(ports[1])];

    public static string Address(int port) => $"http://127.0.0.1:{port}";
}
