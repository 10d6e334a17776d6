using System.Net;

namespace OrleansLimiter.Http.Tests;

/// <summary>Calls for decisions have the same result in every spelling, whether they are served before routing or by routing.</summary>
public class SpellingTests
{
    private const string Asked = "X-Forwarded-Method: GET\r\nX-Forwarded-Uri: /x\r\nX-Account: a\r\n";

    [Theory]
    [InlineData("/v1/authorize/things")]
    [InlineData("/v1/authorize/things?a=b")]
    [InlineData("/v1/authorize/things/")]
    [InlineData("/V1/Authorize/things")]
    [InlineData("/v1/authorize/th%69ngs")]
    [InlineData("/v1/./authorize/things")]
    [InlineData("http://localhost/v1/authorize/things")]
    public async Task An_authorize_request_is_decided(string target)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        string answer = await RawHttp.GetAsync(host.Decisions, target, Asked);

        Assert.Equal(200, RawHttp.Status(answer));
        Assert.Contains("\r\nX-Remaining: 2\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/authorize/")]
    [InlineData("/v1/authorize//things")]
    [InlineData("/v1/authorizes/things")]
    [InlineData("/v1/authorizes/things/more")]
    public async Task A_target_that_resembles_an_authorize_request_is_not_a_call(string target)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        string answer = await RawHttp.GetAsync(host.Decisions, target, Asked);

        Assert.Equal(404, RawHttp.Status(answer));
        Assert.Equal(
            """{"title":"Not Found","status":404,"detail":"there is no such call on this address"}""", RawHttp.Body(answer));
    }

    [Theory]
    [InlineData("/v1/check", """{"account":"a","path":"/x"}""")]
    [InlineData("/v1/check/", """{"account":"a","path":"/x"}""")]
    [InlineData("/V1/CHECK", """{"account":"a","path":"/x"}""")]
    [InlineData("/v1/check/batch", """[{"account":"a","path":"/x"}]""")]
    [InlineData("/v1/check/batch/", """[{"account":"a","path":"/x"}]""")]
    public async Task A_check_is_decided(string path, string body)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage answer = await host.Decisions.PostAsync(path, Json.Content(body));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("\"remaining\":2,", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    public async Task A_denial_with_the_status_of_an_unknown_call_has_the_response_of_the_policy(int status)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Strict.Replace("503", $"{status}"));
        _ = await RawHttp.GetAsync(host.Decisions, "/v1/authorize/strict", Asked);

        string answer = await RawHttp.GetAsync(host.Decisions, "/v1/authorize/strict", Asked);
        string elsewhere = await RawHttp.GetAsync(host.Decisions, "/v1/authorize/strict/", Asked);

        Assert.Equal((status, "not now, a"), (RawHttp.Status(answer), RawHttp.Body(answer)));
        Assert.Equal((status, "not now, a"), (RawHttp.Status(elsewhere), RawHttp.Body(elsewhere)));
    }
}
