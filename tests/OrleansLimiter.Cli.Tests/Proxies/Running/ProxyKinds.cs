using System.Diagnostics;

namespace OrleansLimiter.Cli.Tests;

/// <summary>nginx with one process: its configuration is the part of Debian's <c>nginx.conf</c> that includes the page's file.</summary>
public sealed class NginxKind : ProxyKind
{
    public override string Program => "nginx";

    internal override ProcessStartInfo Configure(TestFolder folder, PageConfiguration fill)
    {
        folder.Write("limiter.conf", fill.Fill("nginx.conf").Replace("listen ", "listen 127.0.0.1:", StringComparison.Ordinal));
        string main = folder.Write("nginx.conf", """
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log error.log;
            events {}
            http {
                access_log off;
                client_body_temp_path bodies;
                proxy_temp_path answers;
                fastcgi_temp_path f; scgi_temp_path s; uwsgi_temp_path u;
                include limiter.conf;
            }
            """);
        return new(Path!, ["-p", folder.Path(""), "-e", "error.log", "-c", main]);
    }
}

public sealed class HAProxyKind : ProxyKind
{
    public override string Program => "haproxy";

    internal override ProcessStartInfo Configure(TestFolder folder, PageConfiguration fill)
    {
        folder.Write("limiter.lua", fill.Fill("limiter.lua"));
        string file = folder.Write("haproxy.cfg", fill.Fill("haproxy.cfg")
            .Replace("/etc/haproxy/", folder.Path("") + "/", StringComparison.Ordinal)
            .Replace("bind :", "bind 127.0.0.1:", StringComparison.Ordinal));
        return new(Path!, ["-db", "-f", file]);
    }
}

public sealed class CaddyKind : ProxyKind
{
    public override string Program => "caddy";

    internal override ProcessStartInfo Configure(TestFolder folder, PageConfiguration fill)
    {
        const string Options = "{\n\tadmin off\n\tauto_https off\n\tdefault_bind 127.0.0.1\n}\n";
        string file = folder.Write("Caddyfile", Options + fill.Fill("Caddyfile"));
        var start = new ProcessStartInfo(Path!, ["run", "--config", file, "--adapter", "caddyfile"]);
        foreach (string home in new[] { "HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME" })
        {
            start.Environment[home] = folder.Path("");
        }

        return start;
    }
}
