using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace OrleansLimiter.Http.Tests;

public class AdminGuardTests
{
    private const string Token = "correct-horse-battery";

    [Theory]
    [InlineData(null, "this address requires 'Authorization: Bearer' with the admin token")]
    [InlineData("Bearer wrong-horse-battery", "this is not the admin token")]
    [InlineData("Bearer", "this is not the admin token")]
    [InlineData("Bearer correct-horse-batter", "this is not the admin token")]
    [InlineData("Bearer correct-horse-battery2", "this is not the admin token")]
    [InlineData("Basic correct-horse-battery", "this is not the admin token")]
    [InlineData("correct-horse-battery", "this is not the admin token")]
    public async Task Without_the_token_everything_is_401(string? authorization, string detail)
    {
        await using LimiterHost host = await WithToken();
        foreach (string path in (string[])["/v1/policies", "/v1/overrides", "/v1/accounts/a", "/metrics", "/openapi/v1.json"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (authorization is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            }

            using HttpResponseMessage answer = await host.Admin.SendAsync(request);

            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal("Bearer realm=\"limiter\"", answer.Header("WWW-Authenticate"));
            Assert.Equal(
                $$"""{"title":"Unauthorized","status":401,"detail":"{{detail}}","field":"Authorization"}""",
                await answer.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task Additional_endpoints_of_a_host_need_the_token_and_are_not_described()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(new LimiterHostSetup
        {
            Policies = [TestPolicies.Things],
            Configure = options => options.AdminToken = Token,
            Map = administration => administration.MapGroup("/dashboard").MapGet("/pages/{page}", (string page) => $"page {page}"),
        });

        using HttpResponseMessage elsewhere = await host.Decisions.GetAsync("/dashboard/pages/1");
        using HttpResponseMessage stranger = await host.Admin.GetAsync("/dashboard/pages/1");
        host.Admin.DefaultRequestHeaders.Authorization = new("Bearer", Token);
        string page = await host.Admin.GetStringAsync("/dashboard/pages/1");
        string description = await host.Admin.GetStringAsync("/openapi/v1.json");

        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.Equal("page 1", page);
        Assert.DoesNotContain("/dashboard", description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("bearer")]
    public async Task With_the_token_a_request_with_any_host_header_is_served(string scheme)
    {
        await using LimiterHost host = await WithToken();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/policies") { Headers = { Host = "limiter.example" } };
        request.Headers.Authorization = new AuthenticationHeaderValue(scheme, Token);

        using HttpResponseMessage answer = await host.Admin.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("GET", "ann:" + Token, HttpStatusCode.OK)]
    [InlineData("GET", ":" + Token, HttpStatusCode.OK)]
    [InlineData("HEAD", "ann:" + Token, HttpStatusCode.OK)]
    [InlineData("GET", "ann:" + Token + "2", HttpStatusCode.Unauthorized)]
    [InlineData("GET", "ann:x:" + Token, HttpStatusCode.Unauthorized)]
    [InlineData("GET", Token, HttpStatusCode.Unauthorized)]
    [InlineData("PUT", "ann:" + Token, HttpStatusCode.Unauthorized)]
    [InlineData("POST", "ann:" + Token, HttpStatusCode.Unauthorized)]
    [InlineData("DELETE", "ann:" + Token, HttpStatusCode.Unauthorized)]
    public async Task The_token_as_a_password_allows_only_reading_pages(string method, string pair, HttpStatusCode status)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(new LimiterHostSetup
        {
            Policies = [TestPolicies.Things],
            Configure = options => options.AdminToken = Token,
            Map = administration => administration.Map("/dashboard", () => "page"),
        });
        using var request = new HttpRequestMessage(new(method), "/dashboard");
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));

        using HttpResponseMessage answer = await host.Admin.SendAsync(request);

        Assert.Equal(status, answer.StatusCode);
    }

    [Theory]
    [InlineData("GET", "text/html,*/*;q=0.8", "Bearer realm=\"limiter\", Basic realm=\"limiter\", charset=\"UTF-8\"")]
    [InlineData("GET", "application/json", "Bearer realm=\"limiter\"")]
    [InlineData("PUT", "text/html", "Bearer realm=\"limiter\"")]
    public async Task Only_a_browser_that_requests_a_page_gets_a_password_challenge(string method, string accept, string challenge)
    {
        await using LimiterHost host = await WithToken();
        using var request = new HttpRequestMessage(new(method), "/v1/accounts/a/overrides/things/account");
        if (method == "GET")
        {
            request.RequestUri = new("/v1/policies", UriKind.Relative);
        }

        request.Headers.TryAddWithoutValidation("Accept", accept);

        using HttpResponseMessage answer = await host.Admin.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(challenge, string.Join(", ", answer.Headers.GetValues("WWW-Authenticate")));
    }

    [Fact]
    public async Task A_refused_change_changes_nothing()
    {
        await using LimiterHost host = await WithToken();

        using HttpResponseMessage answer = await host.Admin.PutAsync(
            "/v1/accounts/a/overrides/things/account", Json.Content("""{"permits":1000}"""));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        using HttpResponseMessage check = await host.CheckAsync("""{"account":"a","path":"/x"}""");
        Assert.Equal("3", check.Header("X-Limit"));
    }

    [Fact]
    public async Task Health_needs_no_token()
    {
        await using LimiterHost host = await WithToken();

        using HttpResponseMessage answer = await host.Admin.GetAsync("/healthz");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:8081")]
    [InlineData("localhost.evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("192.0.2.1")]
    [InlineData("")]
    public async Task Without_a_token_a_host_name_of_another_machine_is_403(string hostHeader)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        string answer = await RawHttp.GetAsync(host.Admin, "/v1/policies", "X-Forwarded-Host: localhost\r\n", hostHeader);

        Assert.Equal(403, RawHttp.Status(answer));
        Assert.Equal(
            """{"title":"Forbidden","status":403,"detail":"without an admin token the Host header must be localhost or a loopback address","field":"Host"}""",
            RawHttp.Body(answer));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:8081")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:8081")]
    [InlineData("[::1]:8081")]
    public async Task Without_a_token_a_host_name_of_this_machine_is_served(string hostHeader)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        string answer = await RawHttp.GetAsync(host.Admin, "/v1/policies", host: hostHeader);

        Assert.Equal(200, RawHttp.Status(answer));
    }

    private static Task<LimiterHost> WithToken() => LimiterHost.StartAsync(new LimiterHostSetup
    {
        Policies = [TestPolicies.Things],
        Configure = options => options.AdminToken = Token,
    });
}
