using System.Net;

namespace OrleansLimiter.Http.Tests;

public class ListenerTests(BadInputHost shared) : IClassFixture<BadInputHost>
{
    public static TheoryData<string, string> AdminCalls => new()
    {
        { "GET", "/v1/accounts/a" },
        { "DELETE", "/v1/accounts/a/usage" },
        { "PUT", "/v1/accounts/a/overrides/things/account" },
        { "DELETE", "/v1/accounts/a/overrides/things/account" },
        { "GET", "/v1/overrides" },
        { "GET", "/v1/policies" },
        { "GET", "/v1/policies/things" },
        { "GET", "/metrics" },
        { "GET", "/openapi/v1.json" },
        { "POST", "/v1/policies" },
    };

    [Theory]
    [MemberData(nameof(AdminCalls))]
    public async Task Administration_does_not_exist_on_the_address_for_decisions(string method, string path)
    {
        LimiterHost host = shared.Host;
        using var request = new HttpRequestMessage(new(method), path) { Headers = { Host = host.Admin.BaseAddress!.Authority } };
        request.Headers.Add("X-Forwarded-Host", host.Admin.BaseAddress.Authority);
        request.Headers.Add("X-Forwarded-For", "127.0.0.1");

        using HttpResponseMessage answer = await host.Decisions.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(
            """{"title":"Not Found","status":404,"detail":"there is no such call on this address"}""",
            await answer.Content.ReadAsStringAsync());
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Null(answer.Header("Allow"));
    }

    [Theory]
    [InlineData("POST", "/v1/check")]
    [InlineData("GET", "/v1/check")]
    [InlineData("POST", "/v1/check/batch")]
    [InlineData("GET", "/v1/authorize/things")]
    public async Task Decisions_do_not_exist_on_the_address_for_administration(string method, string path)
    {
        LimiterHost host = shared.Host;
        using var request = new HttpRequestMessage(new(method), path);

        using HttpResponseMessage answer = await host.Admin.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v1")]
    [InlineData("/v1/checks")]
    [InlineData("/v2/check")]
    [InlineData("/v1/authorize")]
    [InlineData("/dashboard")]
    public async Task Unknown_paths_are_a_problem_of_404_on_both_addresses(string path)
    {
        LimiterHost host = shared.Host;

        foreach (HttpClient address in (HttpClient[])[host.Decisions, host.Admin])
        {
            using HttpResponseMessage answer = await address.GetAsync(path);

            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        }
    }

    [Fact]
    public async Task A_wrong_method_is_405_and_lists_the_allowed_ones()
    {
        LimiterHost host = shared.Host;

        using HttpResponseMessage check = await host.Decisions.GetAsync("/v1/check");
        using HttpResponseMessage overridden = await host.Admin.GetAsync("/v1/accounts/a/overrides/things/account");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, check.StatusCode);
        Assert.Equal("POST", check.Header("Allow"));
        Assert.Equal(
            """{"title":"Method Not Allowed","status":405,"detail":"this call supports only POST"}""",
            await check.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.MethodNotAllowed, overridden.StatusCode);
        Assert.Equal(["DELETE", "PUT"], overridden.Content.Headers.Allow.Order());
    }

    [Fact]
    public async Task Health_is_reported_on_both_addresses()
    {
        LimiterHost host = shared.Host;

        foreach (HttpClient address in (HttpClient[])[host.Decisions, host.Admin])
        {
            Assert.Equal("""{"status":"healthy"}""", await address.GetStringAsync("/healthz"));
            Assert.Equal("""{"status":"ready"}""", await address.GetStringAsync("/readyz"));
        }
    }
}
