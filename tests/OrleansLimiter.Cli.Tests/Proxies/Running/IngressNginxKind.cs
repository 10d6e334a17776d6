using System.Diagnostics;
using System.Globalization;

namespace OrleansLimiter.Cli.Tests;

/// <summary>
/// nginx with the snippets of the page for ingress-nginx, in a configuration with those directives of the controller that concern them. It
/// shows what the snippets do, and not that the controller accepts them.
/// </summary>
public sealed class IngressNginxKind : ProxyKind
{
    public override string Program => "nginx";

    public override string[] LimiterArguments => ["--authorize-status", "403"];

    internal override ProcessStartInfo Configure(TestFolder folder, PageConfiguration fill)
    {
        string page = fill.Fill("ingress-nginx.yaml")
            .Replace("127.0.0.1:8079", $"127.0.0.1:{Loopback.FreePorts(1)[0]}", StringComparison.Ordinal)
            .Replace("front-end.orleans-limiter.svc.cluster.local:8080", $"127.0.0.1:{fill.Limiter}", StringComparison.Ordinal);
        string frame = File.ReadAllText(System.IO.Path.Combine(AppContext.BaseDirectory, "Proxies", "ingress-nginx-frame.conf"));
        foreach ((string name, string value) in new[]
        {
            ("HTTP-SNIPPET", Snippet(page, "http-snippet")),
            ("SERVER-SNIPPET", Snippet(page, "server-snippet")),
            ("CONFIGURATION-SNIPPET", Snippet(page, "configuration-snippet")),
            ("AUTH-URL", Value(page, "auth-url")),
            ("AUTH-METHOD", Value(page, "auth-method")),
            ("LISTEN", fill.Listen.ToString(CultureInfo.InvariantCulture)),
            ("API", fill.Api.ToString(CultureInfo.InvariantCulture)),
        })
        {
            frame = frame.Replace($"<{name}>", value, StringComparison.Ordinal);
        }

        return new(Path!, ["-p", folder.Path(""), "-e", "error.log", "-c", folder.Write("nginx.conf", frame)]);
    }

    /// <summary>The text of a snippet: the lines after its key that are further to the right.</summary>
    internal static string Snippet(string page, string key)
    {
        string[] lines = page.Split('\n');
        int start = Array.FindIndex(lines, line => line.EndsWith($"{key}: |", StringComparison.Ordinal));
        int indent = Indent(lines[start]);
        return string.Join('\n', lines.Skip(start + 1).TakeWhile(line => line.Length == 0 || Indent(line) > indent));
    }

    private static string Value(string page, string key) =>
        page.Split('\n').Single(line => line.Contains($"/{key}: ", StringComparison.Ordinal)).Split(": ", 2)[1];

    private static int Indent(string line) => line.Length - line.TrimStart().Length;
}
