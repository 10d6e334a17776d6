using System.Text.Json;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The other contenders, in their usual configuration. Those that are not installed are omitted.</summary>
internal static class OtherServers
{
    /// <summary>The variable with the path of the folder <c>node_modules</c> of rate-limiter-flexible and ioredis.</summary>
    public const string ModulesVariable = "COMPARE_NODE_MODULES";

    public static async Task<List<Server>> StartAsync(Site site, Child redis, int redisPort)
    {
        int[] ports = Loopback.FreePorts(8);
        List<Server> servers =
        [
            new(Server.Floor, ports[0], [site.StartSelf("floor", $"{ports[0]}")]),
            new(Server.InlineFloor, ports[6], [site.StartSelf("floor-inline", $"{ports[6]}")]),
            new(Server.Middleware, ports[1], [site.StartSelf("middleware", $"{ports[1]}")]),
            new(Server.RedisMiddleware, ports[7], [site.StartSelf("redis-middleware", $"{ports[7]}", $"{redisPort}"), redis]),
        ];
        if (IsThere(site, "nginx", "nginx limit_req", "apt-get install nginx"))
        {
            string file = Files.Fill("nginx.conf", site.Folder, ports[2]);
            Child nginx = site.Start("nginx", ["-p", site.Folder.FullName, "-e", "error.log", "-c", file]);
            servers.Add(new("nginx limit_req", ports[2], [nginx]));
        }

        if (IsThere(site, "haproxy", "HAProxy stick table", "apt-get install haproxy"))
        {
            Child haproxy = site.Start("haproxy", ["-db", "-f", Files.Fill("haproxy.cfg", site.Folder, ports[3])]);
            servers.Add(new("HAProxy stick table", ports[3], [haproxy]));
        }

        if (IsThere(site, "node", "rate-limiter-flexible", "apt-get install nodejs") && HasModules(site, out string modules))
        {
            string script = Files.Of("rate-limiter-flexible.js");
            (string, string) path = ("NODE_PATH", modules);
            servers.Add(new("rate-limiter-flexible, in memory", ports[4], [site.Start("node", [script, $"{ports[4]}"], path)]));
            servers.Add(new(
                "rate-limiter-flexible, over Redis", ports[5], [site.Start("node", [script, $"{ports[5]}", $"{redisPort}"], path), redis]));
        }

        foreach (Server server in servers)
        {
            await Requests.ReadyAsync(server.Processes[0], server.Port, "/");
        }

        return servers;
    }

    /// <summary>The version of a Node module; null if it is not installed.</summary>
    public static string? ModuleVersion(string module)
    {
        string file = Path.Combine(Environment.GetEnvironmentVariable(ModulesVariable) ?? "", module, "package.json");
        if (!File.Exists(file))
        {
            return null;
        }

        using JsonDocument package = JsonDocument.Parse(File.ReadAllText(file));
        return package.RootElement.GetProperty("version").GetString();
    }

    private static bool IsThere(Site site, string program, string contender, string install)
    {
        bool there = Programs.Find(program) is not null;
        if (!there)
        {
            site.LeftOut.Add($"{contender}: there is no `{program}` (Debian: `{install}`).");
        }

        return there;
    }

    private static bool HasModules(Site site, out string modules)
    {
        modules = Environment.GetEnvironmentVariable(ModulesVariable) ?? "";
        bool there = ModuleVersion("rate-limiter-flexible") is not null && ModuleVersion("ioredis") is not null;
        if (!there)
        {
            site.LeftOut.Add(
                "rate-limiter-flexible: the modules are not installed (`npm install rate-limiter-flexible ioredis` in a folder, and "
                + $"`{ModulesVariable}` set to the `node_modules` in it).");
        }

        return there;
    }
}
