using System.Text.RegularExpressions;
using OrleansLimiter.Cli.Tests;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>What a proxy asks before it passes a request on.</summary>
internal enum Asking
{
    /// <summary>Nobody.</summary>
    Alone,

    /// <summary>A bare Kestrel handler.</summary>
    Bare,

    /// <summary>The limiter.</summary>
    Limiter,
}

/// <summary>Starts proxies with the configurations of <c>docs/integrations</c>.</summary>
internal static partial class Proxies
{
    public static readonly string[] Names = ["nginx", "HAProxy", "Caddy"];

    public static string Name(string proxy, Asking asking) => $"{proxy}, {asking.ToString().ToLowerInvariant()}";

    /// <summary>Starts a proxy and waits until it passes requests.</summary>
    /// <param name="site">The site.</param>
    /// <param name="proxy">One of <see cref="Names"/>.</param>
    /// <param name="asking">What it asks.</param>
    /// <param name="asked">The port of what it asks.</param>
    /// <param name="api">The port of the API.</param>
    public static async Task<Child> StartAsync(Site site, string proxy, Asking asking, int port, int asked, int api)
    {
        var page = new PageConfiguration(port, asked, api, IsPatient: false);
        Child child = proxy switch
        {
            "nginx" => StartNginx(site, page, asking),
            "HAProxy" => StartHAProxy(site, page, asking),
            _ => StartCaddy(site, page, asking),
        };
        await Requests.ReadyAsync(child, port, "/contacts");
        return child;
    }

    private static Child StartNginx(Site site, PageConfiguration page, Asking asking)
    {
        string text = page.Fill("nginx.conf").Replace("listen ", "listen 127.0.0.1:");
        Write(site, $"limiter-{page.Listen}.conf", asking == Asking.Alone ? Without(NginxQuestion(), text) : text);
        string main = Files.Fill("nginx-proxy.conf", site.Folder, page.Listen);
        return site.Start("nginx", ["-p", site.Folder.FullName, "-e", "error.log", "-c", main]);
    }

    private static Child StartHAProxy(Site site, PageConfiguration page, Asking asking)
    {
        string script = Write(site, $"limiter-{page.Listen}.lua", page.Fill("limiter.lua"));
        string text = page.Fill("haproxy.cfg").Replace("/etc/haproxy/limiter.lua", script).Replace("bind :", "bind 127.0.0.1:");
        return site.Start(
            "haproxy",
            ["-db", "-f", Write(site, $"haproxy-{page.Listen}.cfg", asking == Asking.Alone ? Without(HAProxyQuestion(), text) : text)]);
    }

    private static Child StartCaddy(Site site, PageConfiguration page, Asking asking)
    {
        const string Options = "{\n\tadmin off\n\tauto_https off\n\tdefault_bind 127.0.0.1\n}\n";
        string text = page.Fill("Caddyfile");
        string file = Write(site, $"Caddyfile-{page.Listen}", Options + (asking == Asking.Alone ? Without(CaddyQuestion(), text) : text));
        return site.Start(
            "caddy", ["run", "--config", file, "--adapter", "caddyfile"],
            ("HOME", site.Folder.FullName), ("XDG_DATA_HOME", site.Folder.FullName), ("XDG_CONFIG_HOME", site.Folder.FullName));
    }

    private static string Write(Site site, string name, string text)
    {
        string path = Path.Combine(site.Folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static string Without(Regex question, string text) => question.IsMatch(text)
        ? question.Replace(text, "")
        : throw new InvalidDataException($"a page of docs/integrations has changed: {question}");

    [GeneratedRegex(@"^ +auth_request +/.*\n", RegexOptions.Multiline)]
    private static partial Regex NginxQuestion();

    [GeneratedRegex(@"^ +http-re\w+ lua\..*\n", RegexOptions.Multiline)]
    private static partial Regex HAProxyQuestion();

    [GeneratedRegex(@"^\t\treverse_proxy .*?^\t\t\}\n", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CaddyQuestion();
}
