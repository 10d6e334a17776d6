namespace OrleansLimiter.Cli.Tests;

public class IngressNginxPageTests
{
    // A request passes a second server of the same nginx, which gets it from the controller's configuration.
    private static readonly string[] Differences =
    [
        "listen 127.0.0.1:8079;",
        "proxy_set_header X-Forwarded-For $http_x_forwarded_for;",
        "proxy_set_header X-Forwarded-Method $http_x_original_method;",
        "proxy_set_header X-Forwarded-Uri $http_x_original_uri;",
        "upstream limiter { server front-end.orleans-limiter.svc.cluster.local:8080; keepalive 64; }",
    ];

    [Fact]
    public void The_snippets_contain_the_directives_of_the_page_for_nginx()
    {
        string page = File.ReadAllText(Path.Combine(PageConfiguration.Folder, "ingress-nginx.yaml"));
        string nginx = File.ReadAllText(Path.Combine(PageConfiguration.Folder, "nginx.conf"));
        string[] snippets = [.. new[] { "http-snippet", "configuration-snippet", "server-snippet" }
            .Select(key => IngressNginxKind.Snippet(page, key))];

        Assert.Equal(Differences, Directives(string.Join('\n', snippets)).Except(Directives(nginx)).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Directives(string text) => text.Split('\n')
        .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        .Where(line => line.Length > 0);
}
