using System.Net;

namespace OrleansLimiter.Http.Tests;

public class AuthorizeTests
{
    [Theory]
    [InlineData("X-Forwarded-Method", "X-Forwarded-Uri")]
    [InlineData("X-Original-Method", "X-Original-URI")]
    public async Task An_allowed_request_is_200_with_the_headers_of_the_policy_and_no_body(string method, string uri)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage answer = await SendAsync(
            host, "things", (method, "GET"), (uri, "/things/7?q=1"), ("X-Account", "a"), ("X-Plan", "pro"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("", await answer.Content.ReadAsStringAsync());
        Assert.Equal("10", answer.Header("X-Limit"));
        Assert.Equal("9", answer.Header("X-Remaining"));
    }

    [Fact]
    public async Task A_denial_has_the_status_headers_and_body_of_the_policy()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things, TestPolicies.Strict);
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage allowed = await GetAsync(host, "things", "/x");
            Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        }

        using HttpResponseMessage answer = await GetAsync(host, "things", "/x");
        using HttpResponseMessage one = await GetAsync(host, "strict", "/x");
        using HttpResponseMessage strict = await GetAsync(host, "strict", "/x");

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal("60", answer.Header("Retry-After"));
        Assert.Equal("application/json", answer.Header("Content-Type"));
        Assert.Equal("""{"message":"slow down"}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, strict.StatusCode);
        Assert.Equal("text/plain", strict.Content.Headers.ContentType!.MediaType);
        Assert.Equal("not now, a", await strict.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(null, null, 503)]
    [InlineData(403, null, 403)]
    [InlineData(403, 401, 401)]
    [InlineData(null, 499, 499)]
    public async Task A_proxy_can_have_a_status_of_its_own(int? host, int? policy, int expected)
    {
        await using LimiterHost limiter = await LimiterHost.StartAsync(new LimiterHostSetup
        {
            Policies = [TestPolicies.Strict.Replace(
                "    status: 503\n", policy is null ? "    status: 503\n" : $"    status: 503\n    authorize-status: {policy}\n")],
            Configure = options => options.AuthorizeStatus = host,
        });

        using HttpResponseMessage allowed = await GetAsync(limiter, "strict", "/x");
        using HttpResponseMessage denied = await GetAsync(limiter, "strict", "/x");
        using HttpResponseMessage check = await limiter.Decisions.PostAsync(
            "/v1/check", Json.Content("""{"policy":"strict","account":"a","path":"/x"}"""));

        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal(expected, (int)denied.StatusCode);
        Assert.Equal("not now, a", await denied.Content.ReadAsStringAsync());
        Assert.Equal(429, (int)check.StatusCode);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("OPTIONS")]
    [InlineData("PURGE")]
    public async Task Proxies_can_use_any_method(string method)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Strict);
        foreach (HttpStatusCode expected in (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable])
        {
            using var request = new HttpRequestMessage(new(method), "/v1/authorize/strict");
            request.Headers.Add("X-Forwarded-Method", method);
            request.Headers.Add("X-Forwarded-Uri", "/x");
            request.Headers.Add("X-Account", "a");

            using HttpResponseMessage answer = await host.Decisions.SendAsync(request);

            Assert.Equal(expected, answer.StatusCode);
        }
    }

    [Fact]
    public async Task The_body_is_not_read()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        // The length is announced, but no body follows, so a server that waits for it never responds.
        string answer = await RawHttp.SendHalfAsync(
            host.Decisions,
            "POST /v1/authorize/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5000000\r\nExpect: 100-continue\r\n"
            + "X-Forwarded-Method: POST\r\nX-Forwarded-Uri: /x\r\nX-Account: a\r\n\r\n");

        Assert.Equal(200, RawHttp.Status(answer));
    }

    [Fact]
    public async Task A_missing_header_is_a_problem_that_names_the_header()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage method = await SendAsync(host, "things", ("X-Forwarded-Uri", "/x"), ("X-Account", "a"));
        using HttpResponseMessage uri = await SendAsync(host, "things", ("X-Forwarded-Method", "GET"), ("X-Account", "a"));

        Assert.Equal(HttpStatusCode.BadRequest, method.StatusCode);
        Assert.Equal(
            """{"title":"Bad Request","status":400,"detail":"the proxy must send X-Forwarded-Method (or X-Original-Method) of the request","field":"X-Forwarded-Method"}""",
            await method.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.BadRequest, uri.StatusCode);
        Assert.Equal(
            """{"title":"Bad Request","status":400,"detail":"the proxy must send X-Forwarded-Uri (or X-Original-URI) of the request","field":"X-Forwarded-Uri"}""",
            await uri.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("X-Forwarded-Method", "X-Forwarded-Uri")]
    [InlineData("X-Original-Method", "X-Original-URI")]
    public async Task A_problem_names_the_header_that_the_proxy_sent(string method, string uri)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage badMethod = await SendAsync(host, "things", (method, "G T"), (uri, "/x"), ("X-Account", "a"));
        using HttpResponseMessage badUri = await SendAsync(host, "things", (method, "GET"), (uri, "x"), ("X-Account", "a"));

        Assert.EndsWith($"\"field\":\"{method}\"}}", await badMethod.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.EndsWith($"\"field\":\"{uri}\"}}", await badUri.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeated_header_has_no_value()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        string twoPaths = await RawHttp.GetAsync(
            host.Decisions,
            "/v1/authorize/things",
            "X-Forwarded-Method: GET\r\nX-Forwarded-Uri: /things/1\r\nX-Forwarded-Uri: /x\r\nX-Account: a\r\n");
        string twoAccounts = await RawHttp.GetAsync(
            host.Decisions,
            "/v1/authorize/things",
            "X-Forwarded-Method: GET\r\nX-Forwarded-Uri: /x\r\nX-Account: a\r\nX-Account: b\r\n");

        Assert.Equal(400, RawHttp.Status(twoPaths));
        Assert.Equal(
            """{"title":"Bad Request","status":400,"detail":"X-Forwarded-Uri is present 2 times; the proxy must send it once, and replace the caller's header","field":"X-Forwarded-Uri"}""",
            RawHttp.Body(twoPaths));
        Assert.Equal(400, RawHttp.Status(twoAccounts));
    }

    [Theory]
    [InlineData("X-Original-Method", "POST", "X-Forwarded-Method and X-Original-Method are both present and differ; the proxy must send only one of them")]
    [InlineData("X-Original-URI", "/x", "X-Forwarded-Uri and X-Original-URI are both present and differ; the proxy must send only one of them")]
    public async Task Two_headers_with_different_values_are_refused(string header, string value, string detail)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage answer = await SendAsync(
            host, "things", ("X-Forwarded-Method", "GET"), ("X-Forwarded-Uri", "/things/1"), ("X-Account", "a"), (header, value));
        using HttpResponseMessage agreed = await SendAsync(
            host, "things", ("X-Forwarded-Method", "GET"), ("X-Forwarded-Uri", "/x"), ("X-Account", "a"), ("X-Original-URI", "/x"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(detail, (await Json.ReadAsync(answer))["detail"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, agreed.StatusCode);
    }

    [Theory]
    [InlineData("X-Forwarded-Uri", "/x, /y", 400)]
    [InlineData("X-Forwarded-Uri", "/x\t/y", 400)]
    [InlineData("X-Original-URI", "/x, /y?z", 400)]
    [InlineData("X-Forwarded-Uri", "/x,/y", 200)]
    [InlineData("X-Forwarded-Uri", "/x?y, z", 200)]
    public async Task A_path_with_white_space_is_refused(string header, string value, int status)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage answer = await SendAsync(
            host, "things", ("X-Forwarded-Method", "GET"), (header, value), ("X-Account", "a"));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 400 ? header : null, status == 400 ? (await Json.ReadAsync(answer))["field"]!.GetValue<string>() : null);
    }

    [Fact]
    public async Task An_unknown_policy_is_404_and_the_detail_lists_the_known_ones()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things, TestPolicies.Strict);

        using HttpResponseMessage answer = await GetAsync(host, "nothing", "/x");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(
            """{"title":"Not Found","status":404,"detail":"there is no policy 'nothing'; known are strict, things","field":"policy"}""",
            await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Forwarded_addresses_are_ignored_without_trusted_proxies()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage allowed = await ForgedAsync(host, $"203.0.113.{i}");
            Assert.Equal("127.0.0.1", allowed.Header("X-Who"));
        }

        using HttpResponseMessage answer = await ForgedAsync(host, "203.0.113.9");

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
    }

    [Fact]
    public async Task Forwarded_addresses_of_trusted_proxies_are_used()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(new LimiterHostSetup
        {
            Policies = [TestPolicies.Things],
            Configure = options => options.TrustedProxies = ["127.0.0.0/8", "10.0.0.0/8"],
        });

        using HttpResponseMessage one = await ForgedAsync(host, "198.51.100.1, 203.0.113.7, 10.1.1.1");
        using HttpResponseMessage network = await ForgedAsync(host, "2001:db8:1:2:3::4");
        using HttpResponseMessage nonsense = await ForgedAsync(host, "203.0.113.7, nonsense");

        Assert.Equal("203.0.113.7", one.Header("X-Who"));
        Assert.Equal("2001:db8:1:2::/64", network.Header("X-Who"));
        Assert.Equal("127.0.0.1", nonsense.Header("X-Who"));
    }

    private static Task<HttpResponseMessage> ForgedAsync(LimiterHost host, string forwardedFor) => SendAsync(
        host, "things", ("X-Forwarded-Method", "GET"), ("X-Forwarded-Uri", "/x"), ("X-Forwarded-For", forwardedFor), ("X-Real-IP", "203.0.113.99"));

    private static Task<HttpResponseMessage> GetAsync(LimiterHost host, string policy, string uri) =>
        SendAsync(host, policy, ("X-Forwarded-Method", "GET"), ("X-Forwarded-Uri", uri), ("X-Account", "a"));

    private static async Task<HttpResponseMessage> SendAsync(LimiterHost host, string policy, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/authorize/{policy}");
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await host.Decisions.SendAsync(request);
    }
}
