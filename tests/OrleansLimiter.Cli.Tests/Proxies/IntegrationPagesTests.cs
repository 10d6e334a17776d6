namespace OrleansLimiter.Cli.Tests;

public class IntegrationPagesTests
{
    private static readonly string[] Questions =
        ["headers", "refusals", "identity", "the limiter is slow or hangs", "the limiter is down", "keep-alive", "trust", "deadline"];

    [Theory]
    [InlineData("nginx.md", "nginx.conf")]
    [InlineData("haproxy.md", "haproxy.cfg")]
    [InlineData("haproxy.md", "limiter.lua")]
    [InlineData("caddy.md", "Caddyfile")]
    [InlineData("traefik.md", "traefik.yaml")]
    [InlineData("ingress-nginx.md", "ingress-nginx.yaml")]
    public void A_page_shows_the_file_that_the_tests_use(string page, string file) =>
        Assert.Contains($"\n{Read(file)}```\n", Read(page));

    [Theory]
    [InlineData("nginx.md")]
    [InlineData("haproxy.md")]
    [InlineData("caddy.md")]
    [InlineData("traefik.md")]
    [InlineData("ingress-nginx.md")]
    public void A_page_is_in_the_table_of_contents_and_answers_every_question(string page)
    {
        Assert.Contains($"]({page})", Read("README.md"));
        Assert.All(Questions, question => Assert.Contains($"\n| {question} | ", Read(page)));
    }

    [Theory]
    [InlineData("traefik.md")]
    [InlineData("ingress-nginx.md")]
    public void A_page_says_that_it_was_not_run(string page) => Assert.Contains("**This configuration was not run with ", Read(page));

    private static string Read(string file) => File.ReadAllText(Path.Combine(PageConfiguration.Folder, file));
}
