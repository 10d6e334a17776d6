namespace OrleansLimiter.Http.Tests;

/// <summary>Malformed requests never cause a 500, an injected header or a stack trace.</summary>
public class RawRequestTests(BadInputHost shared) : IClassFixture<BadInputHost>
{
    private const string Forwarded = "X-Forwarded-Method: GET\r\nX-Forwarded-Uri: /x\r\n";

    public static TheoryData<string, int> Requests => new()
    {
        { "GET\r\n\r\n", 400 },
        { "GET / HTTP/9.9\r\n\r\n", 505 },
        { "GET /v1/check HTTP/1.1\r\n\r\n", 400 }, // no Host
        { "GET /v1/\0check HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400 },
        { "GET /v1/\u00e9 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400 },
        { "GET /v1//check HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404 },
        { "GET /%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400 },
        { "GET /v1%2fcheck HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404 },
        { "GET /%ff%fe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404 },
        { "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404 },
        { "POST /v1/check HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: -1\r\n\r\n", 400 },
        { "POST /v1/check HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}", 400 },
        { "POST /v1/check HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400 },
        { "POST /v1/check HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n", 400 },
        { "POST /v1/check HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: nonsense\r\n\r\n", 400 },
        { $"GET /v1/authorize/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{Forwarded}X-Account: a\0b\r\n\r\n", 400 },
        { $"GET /v1/authorize/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{Forwarded}X-Account: a\rX-Evil: 1\r\n\r\n", 400 },
        { $"GET /v1/authorize/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{Forwarded}X-Account: \u00ff\u00fe\r\n\r\n", 400 },
        { $"GET /v1/authorize/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{Forwarded}X-Account: a,b\r\n\r\n", 400 },
        { "GET /v1/authorize/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Account: a\r\nX-Forwarded-Method: G T\r\nX-Forwarded-Uri: /x\r\n\r\n", 400 },
        { "GET /v1/authorize/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Account: a\r\nX-Forwarded-Method: GET\r\nX-Forwarded-Uri: x\r\n\r\n", 400 },
        { "GET /v1/authorize/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Account: a\r\nX-Forwarded-Method: GET\r\nX-Forwarded-Uri: /x%0d%0aX-Evil:1\r\n\r\n", 400 },
        { "GET /v1/authorize/thi%6egs%2f HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Account: a\r\n\r\n", 404 },
        { "OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404 },
        { "CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\nConnection: close\r\n\r\n", 404 },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_malformed_request_is_refused_and_consumes_nothing(string request, int status)
    {
        string answer = await RawHttp.SendAsync(shared.Host.Decisions, request);

        Assert.Equal(status, RawHttp.Status(answer));
        Assert.DoesNotContain("X-Evil", answer, StringComparison.OrdinalIgnoreCase);
        BadInputHost.AssertNoInsides(answer);
        await shared.AssertUntouchedAsync();
    }

    [Theory]
    [InlineData("/v1/accounts/%ff", "the path has an invalid escape; it must be percent-encoded UTF-8, in which % is %25")]
    [InlineData("/v1/accounts/a%2", "the path has an invalid escape; it must be percent-encoded UTF-8, in which % is %25")]
    [InlineData("/v1/accounts/b/../a", "the path has dot segments or empty segments; remove them")]
    [InlineData("/v1/accounts/b/%2e%2e/a", "the path has dot segments or empty segments; remove them")]
    [InlineData("/v1/x/../accounts/a", "the path has dot segments or empty segments; remove them")]
    [InlineData("/v1/accounts/a%00", "account: it has the control character U+0000 as character 2; leave control characters out")]
    [InlineData("/v1/accounts/a%0d%0aX-Evil:1", "account: it has the control character U+000D as character 2; leave control characters out")]
    [InlineData("/v1/accounts/a?kind=IP", "kind is 'IP'; it must be id or ip")]
    [InlineData("/v1/accounts/a?knid=ip", "'knid' is not a parameter of this call; known are account, kind")]
    [InlineData("/v1/accounts/a?kind=id&kind=ip", "kind is given 2 times; give it once")]
    [InlineData("/v1/accounts/a?kind=ip", "account: 'a' is not an IP address, which kind=ip requires")]
    [InlineData("/v1/overrides?size=0", "size is '0'; it must be a whole number from 1 to 1000")]
    [InlineData("/v1/overrides?size=1001", "size is '1001'; it must be a whole number from 1 to 1000")]
    [InlineData("/v1/overrides?after=-1", "after is '-1'; it must be a whole number from 0 to 9007199254740991")]
    [InlineData("/v1/policies?x=1", "'x' is not a parameter of this call; it has none")]
    public async Task An_ambiguous_target_of_administration_is_refused(string target, string detail)
    {
        string answer = await RawHttp.GetAsync(shared.Host.Admin, target);

        Assert.Contains(RawHttp.Status(answer), (int[])[400]);
        if (RawHttp.Body(answer).Length > 0)
        {
            Assert.Contains($"\"detail\":\"{detail}\"", answer, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("\nX-Evil", answer, StringComparison.OrdinalIgnoreCase);
        BadInputHost.AssertNoInsides(answer);
    }

    [Fact]
    public async Task Too_many_or_too_long_headers_are_refused()
    {
        string tooLong = await RawHttp.GetAsync(shared.Host.Decisions, "/v1/authorize/things", $"X-Account: {new string('a', 40_000)}\r\n");
        string tooMany = await RawHttp.GetAsync(
            shared.Host.Decisions, "/v1/authorize/things", string.Concat(Enumerable.Repeat("X-Account: a\r\n", 1_000)));
        string longTarget = await RawHttp.GetAsync(shared.Host.Admin, $"/v1/accounts/{new string('a', 10_000)}");

        Assert.Equal(431, RawHttp.Status(tooLong));
        Assert.Equal(431, RawHttp.Status(tooMany));
        Assert.Equal(414, RawHttp.Status(longTarget));
        await shared.AssertUntouchedAsync();
    }
}
