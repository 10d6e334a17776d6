using System.Net;
using System.Text;

namespace OrleansLimiter.Grpc.Tests;

/// <summary><c>POST /json</c> on the address of decisions.</summary>
public sealed class JsonTests : IAsyncLifetime
{
    private const string Request = """{"domain":"things","descriptors":[{"entries":[{"key":"account","value":"a"}]}]}""";

    private RlsHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await RlsHost.StartAsync(RlsPolicies.Things);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_request_is_decided_and_the_status_is_200_or_429()
    {
        (HttpStatusCode allowed, string response) = await PostAsync(Request);
        await PostAsync(Request);
        await PostAsync(Request);
        (HttpStatusCode refused, string refusal) = await PostAsync(Request);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.TooManyRequests), (allowed, refused));
        Assert.Equal(
            """{ "overallCode": "OK", "statuses": [ { "code": "OK", "currentLimit": { "requestsPerUnit": 3, "unit": "MINUTE", "name": "account" }, "limitRemaining": 2, "durationUntilReset": "60s" } ], "responseHeadersToAdd": [ { "key": "X-Remaining", "value": "2" }, { "key": "X-Who", "value": "a" } ] }""",
            response);
        Assert.StartsWith("""{ "overallCode": "OVER_LIMIT", """, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_the_protocol_and_hits_are_read_as_well()
    {
        (HttpStatusCode status, string response) = await PostAsync(
            """{"domain":"things","hits_addend":2,"descriptors":[{"entries":[{"key":"account","value":"a"}],"hits_addend":"3"}]}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.DoesNotContain("limitRemaining", response, StringComparison.Ordinal); // 0 is the default of the message
    }

    [Theory]
    [InlineData("", "the body is not a RateLimitRequest as JSON")]
    [InlineData("[]", "the body is not a RateLimitRequest as JSON")]
    [InlineData("""{"domain":7}""", "the body is not a RateLimitRequest as JSON")]
    [InlineData("""{"domain":"things","more":1}""", "the body is not a RateLimitRequest as JSON")]
    [InlineData("""{"domain":"things","hitsAddend":4294967296}""", "the body is not a RateLimitRequest as JSON")]
    [InlineData("""{"domain":"things","hitsAddend":-1}""", "the body is not a RateLimitRequest as JSON")]
    [InlineData("\"\u00ff", "the body is not UTF-8")]
    [InlineData("""{"domain":"things"}""", "descriptors: there are 0 descriptors; 1 to 64 are expected")]
    public async Task An_invalid_body_is_a_problem_of_400(string body, string detail)
    {
        (HttpStatusCode status, string problem) = await PostAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains($"\"detail\":\"{detail}", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_nests_without_end_is_a_problem_of_400() => Assert.Equal(
        HttpStatusCode.BadRequest, (await PostAsync("""{"domain":""" + string.Concat(Enumerable.Repeat("[", 100_000)))).Status);

    [Fact]
    public async Task A_domain_that_no_policy_has_is_a_problem_of_404() => Assert.Equal(
        (HttpStatusCode.NotFound, """{"title":"Not Found","status":404,"detail":"no policy has the domain 'none'; known are things","field":"domain"}"""),
        await PostAsync(Request.Replace("things", "none", StringComparison.Ordinal)));

    private async Task<(HttpStatusCode Status, string Body)> PostAsync(string body)
    {
        using HttpResponseMessage answer = await _host.Decisions.PostAsync("/json", new ByteArrayContent(Encoding.Latin1.GetBytes(body)));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
