using System.Text;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>What it costs that a proxy asks the limiter: beside the proxy alone, and asking a bare handler.</summary>
internal static class ProxyCosts
{
    // The accounts are those of the two API keys.
    private static readonly Shape s_shape = new("2 keys", "front", 2);

    private static readonly byte[][] s_requests = [.. ((string[])["acme", "globex"]).Select(key => Encoding.ASCII.GetBytes(
        $"GET /contacts?page=2 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer key-{key}\r\n\r\n"))];

    public static async Task<string> MeasureAsync(string repository, Pace pace)
    {
        await using var site = new Site(repository);
        List<Server> servers = await StartAsync(site);
        foreach (Server server in servers)
        {
            await VerifyAsync(server);
        }

        List<Measured> measured = await Rounds.MeasureAsync([.. servers.Select(CellOf)], pace);
        FixedRate fixedRate = FixedRate.Measure(servers, s_requests, measured.Min(each => each.PerSecond) / 2, pace);
        return await ProxyReport.WriteAsync(measured, fixedRate, pace);
    }

    private static async Task<List<Server>> StartAsync(Site site)
    {
        int[] ports = Loopback.FreePorts(4);
        Child api = site.StartSelf("floor", $"{ports[0]}");
        Child bare = site.StartSelf("floor", $"{ports[1]}");
        Child limiter = site.StartHost(
            "OrleansLimiter.Cli", "limiter",
            "serve", "--policies", s_shape.File, "--overrides", Path.Combine(site.Folder.FullName, "overrides.json"),
            "--counts", Path.Combine(site.Folder.FullName, "counts.log"), "--trusted-proxies", "127.0.0.1",
            "--urls", $"http://127.0.0.1:{ports[2]}", "--admin-urls", $"http://127.0.0.1:{ports[3]}");
        await Requests.ReadyAsync(api, ports[0], "/");
        await Requests.ReadyAsync(bare, ports[1], "/");
        await Requests.ReadyAsync(limiter, ports[3], "/readyz");

        List<Server> servers = [];
        foreach (string name in Proxies.Names)
        {
            foreach (Asking asking in Enum.GetValues<Asking>())
            {
                int port = Loopback.FreePorts(1)[0];
                (int asked, Child[] more) = asking switch
                {
                    Asking.Alone => (ports[1], (Child[])[]),
                    Asking.Bare => (ports[1], [bare]),
                    _ => (ports[2], [limiter]),
                };
                Child proxy = await Proxies.StartAsync(site, name, asking, port, asked, ports[0]);
                servers.Add(new(Proxies.Name(name, asking), port, [proxy, api, .. more], asking == Asking.Limiter ? ports[3] : null));
            }
        }

        return servers;
    }

    private static async Task VerifyAsync(Server server)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{server.Port}/contacts");
        request.Headers.Add("Authorization", "Bearer key-acme");
        using HttpResponseMessage response = await client.SendAsync(request);
        if (!response.IsSuccessStatusCode || response.Headers.Contains("X-RateLimit-Remaining") != server.IsOurs)
        {
            throw new InvalidOperationException($"{server.Name} does not do what its name says: {response}");
        }
    }

    private static Cell CellOf(Server server) => new(server.Name, s_shape, Call.Proxied.Name, server.Processes, async span =>
    {
        long before = await CountedAsync(server);
        Outcome outcome = await Wrk.RunAsync(server.Port, s_shape, Call.Proxied, span);
        long counted = await CountedAsync(server) - before;

        // The limiter also counts the last request of each connection, whose answer wrk does not await.
        return outcome with { Uncounted = server.IsOurs ? Math.Max(0, outcome.Decisions - counted) : 0 };
    });

    private static async Task<long> CountedAsync(Server server) => server.AdminPort is not { } port ? 0
        : (await Requests.GetAsync(port, "/metrics")).Split('\n')
            .Where(line => line.StartsWith("orleans_limiter_decisions_total{policy=\"front\",limit=\"company\"", StringComparison.Ordinal))
            .Sum(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..]));
}
