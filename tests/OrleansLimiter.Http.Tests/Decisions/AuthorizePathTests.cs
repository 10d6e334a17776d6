using System.Net;

namespace OrleansLimiter.Http.Tests;

public class AuthorizePathTests
{
    [Fact]
    public async Task Method_path_and_query_are_those_of_the_call()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        string first = await SendAsync(host, "GET", "/v1/authorize/things/things/7?q=/v1/check");
        string second = await SendAsync(host, "POST", "/v1/authorize/things/things/7");
        string third = await SendAsync(host, "PURGE", "/v1/authorize/things/things/7");
        string other = await SendAsync(host, "PURGE", "/v1/authorize/things/things/8");

        Assert.Equal((200, "2"), (RawHttp.Status(first), RawHttp.Header(first, "X-Remaining")));
        Assert.Equal(200, RawHttp.Status(second));
        Assert.Equal(429, RawHttp.Status(third)); // the burst of thing 7
        Assert.Equal(200, RawHttp.Status(other));
    }

    [Theory]
    [InlineData("/v1/authorize/things/../strict")]
    [InlineData("/v1/authorize/things/../strict/x")]
    [InlineData("/v1/authorize/things/%2e%2e/strict")]
    [InlineData("/v1/authorize/things/../../check")]
    [InlineData("/v1/authorize/things/../../../healthz")]
    [InlineData("/v1/authorize/things//v1/authorize/strict/x")]
    [InlineData("/v1/authorize/things/?/../strict")]
    [InlineData("http://limiter/v1/authorize/things/../strict")]
    public async Task A_path_cannot_select_another_policy_or_another_call(string target)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things, TestPolicies.Strict);

        string answer = await SendAsync(host, "POST", target);

        Assert.Equal("3", RawHttp.Header(answer, "X-Limit")); // a header of the policy things
        Assert.Equal("a", RawHttp.Header(answer, "X-Who"));
    }

    [Theory]
    [InlineData("/v1/authorize/strict/")]
    [InlineData("/v1/authorize/strict/?q")]
    [InlineData("/V1/Authorize/strict/")]
    [InlineData("http://limiter/v1/authorize/strict/")]
    public async Task A_slash_after_the_policy_is_the_path_of_the_root(string target)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Strict);

        Assert.Equal(200, RawHttp.Status(await SendAsync(host, "GET", target)));
        Assert.Equal(503, RawHttp.Status(await SendAsync(host, "GET", target)));
    }

    [Theory]
    [InlineData("/v1/authorize/things")]
    [InlineData("/v1/authorize/things?/x")]
    public async Task Without_a_path_the_headers_of_the_proxy_are_required(string target)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        string answer = await SendAsync(host, "GET", target);

        Assert.Equal(400, RawHttp.Status(answer));
        Assert.Contains("the proxy must send X-Forwarded-Method", RawHttp.Body(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_about_method_and_path_are_ignored()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        const string Forged = "X-Forwarded-Uri: /x\r\nX-Forwarded-Uri: /y\r\nX-Forwarded-Method: G T\r\nX-Original-URI: /z\r\n"
            + "X-Original-Method: PUT\r\n";

        string first = await SendAsync(host, "GET", "/v1/authorize/things/things/7", Forged);
        string second = await SendAsync(host, "GET", "/v1/authorize/things/things/7", Forged);
        string third = await SendAsync(host, "GET", "/v1/authorize/things/things/7", Forged);

        Assert.Equal((200, 200, 429), (RawHttp.Status(first), RawHttp.Status(second), RawHttp.Status(third)));
    }

    [Theory]
    [InlineData("/v1/authorize/things/a%ZZ", 400, "path")]
    [InlineData("/v1/authorize/things/..%2fstrict", 400, "path")]
    [InlineData("/v1/authorize/nothing/x", 404, "policy")]
    [InlineData("/v1/authorize/thin%67s/x", 404, "policy")]
    [InlineData("/v1/%61uthorize/things/x", 400, "path")]
    [InlineData("/x/../v1/authorize/things/x", 400, "path")]
    public async Task An_invalid_call_is_a_problem_and_acquires_nothing(string target, int status, string field)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        string answer = await SendAsync(host, "GET", target);
        string next = await SendAsync(host, "GET", "/v1/authorize/things/x");

        Assert.Equal(status, RawHttp.Status(answer));
        Assert.EndsWith($"\"field\":\"{field}\"}}", RawHttp.Body(answer), StringComparison.Ordinal);
        Assert.Equal("2", RawHttp.Header(next, "X-Remaining"));
    }

    [Fact]
    public async Task The_address_of_administration_does_not_decide()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage answer = await host.Admin.GetAsync("/v1/authorize/things/x");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static Task<string> SendAsync(LimiterHost host, string method, string target, string headers = "") =>
        RawHttp.SendAsync(host.Decisions, $"{method} {target} HTTP/1.1\r\nHost: limiter\r\nConnection: close\r\nX-Account: a\r\n{headers}\r\n");
}
