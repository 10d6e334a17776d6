using System.Text;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Http.Tests;

/// <summary>
/// Bytes outside ASCII in headers. Proxies forward the headers of their callers, so a header that no policy reads is never refused. One
/// that is read must be UTF-8. Requests are written as Latin-1, with a byte for each character.
/// </summary>
public class HeaderBytesTests
{
    private const string Asked = "X-Forwarded-Method: GET\r\nX-Forwarded-Uri: /x\r\n";
    private const string Check = """{"account":"a","path":"/x"}""";

    private static readonly string Endless = TestPolicies.Things.Replace("permits: 3,", "permits: 1000000,");

    /// <summary>Latin-1, UTF-8, truncated and overlong UTF-8, half a surrogate pair, C1 and other control characters.</summary>
    private static readonly string[] Bytes =
    [
        "caf\u00e9", string.Concat(Enumerable.Range(0x80, 0x80).Select(value => (char)value)), Utf8("café 東京 😀"), "\u00e6\u009d", "\u00c0\u00af",
        "\u00ed\u00a0\u0080", "\u00ff\u00fe", "a\u0085b", "\u00a0", "a\u0001\u0008\u001b\u007fb", "a\tb",
    ];

    private static readonly string[] Unread =
    [
        "Cookie", "Referer", "User-Agent", "Accept-Language", "Accept", "Accept-Encoding", "Authorization", "Cache-Control", "Content-Type",
        "Content-Language", "Date", "Expect", "Expires", "From", "If-Match", "If-Modified-Since", "If-None-Match", "Keep-Alive", "Origin", "Pragma",
        "Proxy-Connection", "Range", "Sec-WebSocket-Protocol", "TE", "Trailer", "Via", "Warning", "Forwarded", "X-Forwarded-For", "X-Forwarded-Host",
        "X-Forwarded-Proto", "X-Real-IP", "X-Request-Id", "Baggage", "Correlation-Context", "Traceparent", "Tracestate",
        "Access-Control-Request-Headers", "X-Anything",
    ];

    /// <summary>Every call, and the status that it has without any such header.</summary>
    private static readonly (bool Admin, string Line, string Headers, string Body, int Status)[] Calls =
    [
        (false, "GET /v1/authorize/things", Asked + "X-Account: a\r\n", "", 200),
        (false, "POST /v1/authorize/things/", Asked + "X-Account: a\r\n", "", 200),
        (false, "POST /v1/check", "", Check, 200),
        (false, "POST /v1/check/batch", "", $"[{Check}]", 200),
        (false, "GET /healthz", "", "", 200),
        (false, "GET /readyz", "", "", 200),
        (false, "GET /nothing", "", "", 404),
        (true, "GET /healthz", "", "", 200),
        (true, "GET /metrics", "", "", 200),
        (true, "GET /v1/policies", "", "", 200),
        (true, "GET /v1/policies/things", "", "", 200),
        (true, "GET /v1/overrides", "", "", 200),
        (true, "GET /v1/accounts/a", "", "", 200),
        (true, "DELETE /v1/accounts/a/usage", "", "", 200),
        (true, "PUT /v1/accounts/a/overrides/things/account", "", """{"permits":1000000}""", 200),
        (true, "DELETE /v1/accounts/b/overrides/things/account", "", "", 404),
        (true, "GET /openapi/v1.json", "", "", 200),
    ];

    [Fact]
    public async Task A_header_that_no_policy_reads_is_ignored_whatever_its_bytes()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(Endless);
        string[] headers = [.. from name in Unread from value in Bytes select $"{name}: {value}\r\n"];

        int[] statuses = await SendAsync(
            host.Decisions, [.. headers.Select(header => Request("GET /v1/authorize/things", Asked + "X-Account: a\r\n" + header))]);

        Assert.Equal([.. headers.Select(header => (header, 200))], headers.Zip(statuses));
    }

    [Fact]
    public async Task No_call_is_affected_by_headers_that_no_policy_reads()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(Endless);
        foreach ((bool admin, string line, string headers, string body, int status) in Calls)
        {
            string[] requests = [.. Bytes.Select(value => Request(line, headers + string.Concat(Unread.Select(name => $"{name}: {value}\r\n")), body))];

            int[] statuses = await SendAsync(admin ? host.Admin : host.Decisions, requests);

            Assert.Equal([.. Bytes.Select(value => (line, value, status))], Bytes.Zip(statuses, (value, found) => (line, value, found)));
        }

        Assert.Empty(host.Log.At(LogLevel.Error));
    }

    [Theory]
    [InlineData("X-Account: caf\u00e9", "X-Account", "the header X-Account: it has bytes that are not UTF-8; send UTF-8")]
    [InlineData("X-Account: \u00c0\u00af", "X-Account", "the header X-Account: it has bytes that are not UTF-8; send UTF-8")]
    [InlineData("X-Account: \u00ed\u00a0\u0080", "X-Account", "the header X-Account: it has bytes that are not UTF-8; send UTF-8")]
    [InlineData("X-Account: a\r\nX-Plan: caf\u00e9", "X-Plan", "the header X-Plan: it has bytes that are not UTF-8; send UTF-8")]
    [InlineData("X-Account: a\r\nX-Note: \u00ff", "X-Note", "the header X-Note: it has bytes that are not UTF-8; send UTF-8")]
    [InlineData("X-Account: a\u00c2\u0085", "X-Account", "the header X-Account: it has the control character U+0085 as character 2; leave control characters out")]
    [InlineData("X-Account: a\u00c2\u00a0", "X-Account", "the header X-Account: it begins or ends with white space; leave that out")]
    [InlineData("X-Account: \u00c2\u00a0,", "X-Account", "the header X-Account: it begins or ends with white space; leave that out")]
    public async Task A_header_that_the_policy_reads_is_named_and_never_quoted(string headers, string field, string detail)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        string answer = await RawHttp.GetAsync(host.Decisions, "/v1/authorize/things", $"{Asked}{headers}\r\n");

        await AssertProblemAsync(host, answer, field, detail);
    }

    [Theory]
    [InlineData("X-Forwarded-Uri: /caf\u00e9", "X-Forwarded-Uri", "the path in X-Forwarded-Uri has bytes that are not UTF-8; send UTF-8, or percent-encode them")]
    [InlineData("X-Original-URI: /\u00ff?a=b", "X-Original-URI", "the path in X-Original-URI has bytes that are not UTF-8; send UTF-8, or percent-encode them")]
    public async Task A_path_that_is_not_UTF8_is_named_and_never_quoted(string header, string field, string detail)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        string answer = await RawHttp.GetAsync(
            host.Decisions, "/v1/authorize/things", $"X-Forwarded-Method: GET\r\nX-Account: a\r\n{header}\r\n");

        await AssertProblemAsync(host, answer, field, detail);
    }

    [Theory]
    [InlineData("/things/caf\u00c3\u00a9")]
    [InlineData("/things/caf%C3%A9")]
    [InlineData("/things/caf\u00c3\u00a9?q=caf\u00e9")]
    [InlineData("/things/caf%C3%A9?q=\u00ff\u00fe&r=?")]
    [InlineData("http://api.example/things/caf%C3%A9?\u00e9")]
    public async Task A_path_counts_as_its_text_and_the_query_is_ignored(string uri)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        using HttpResponseMessage first = await host.CheckAsync("""{"account":"a","path":"/things/café"}""");

        string second = await RawHttp.GetAsync(
            host.Decisions, "/v1/authorize/things", $"X-Forwarded-Method: GET\r\nX-Forwarded-Uri: {uri}\r\nX-Account: a\r\n");
        using HttpResponseMessage third = await host.CheckAsync("""{"account":"a","path":"/things/café"}""");

        Assert.Equal(200, RawHttp.Status(second));
        Assert.Equal(["burst"], (await Json.ReadAsync(third))["deniedBy"]!.AsArray().Select(name => name!.GetValue<string>()));
    }

    [Fact]
    public async Task A_method_that_is_not_a_token_is_named_and_never_quoted()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        string answer = await RawHttp.GetAsync(
            host.Decisions, "/v1/authorize/things", "X-Forwarded-Method: G\u00c9T\r\nX-Forwarded-Uri: /x\r\nX-Account: a\r\n");

        await AssertProblemAsync(
            host,
            answer,
            "X-Forwarded-Method",
            "the method is not an HTTP method; give one of GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE, or another token of at most 32 letters");
    }

    [Theory]
    [InlineData("X-Account")]
    [InlineData("User-Agent")]
    [InlineData("Cookie")]
    [InlineData("Referer")]
    [InlineData("Accept-Language")]
    [InlineData("Authorization")]
    public async Task A_value_in_UTF8_has_the_bucket_and_the_overrides_of_its_text(string header)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things.Replace("header:X-Account", $"header:{header}"));
        foreach (string account in (string[])["café", "東京", "😀", "a\u00a0b", "\u00ff", "\ufeffa"])
        {
            using HttpResponseMessage put = await host.Admin.PutAsync(
                $"/v1/accounts/{Uri.EscapeDataString(account)}/overrides/things/account", Json.Content("""{"permits":7}"""));
            using HttpResponseMessage check = await host.CheckAsync($$"""{"account":"{{account}}","path":"/x"}""");

            string answer = await RawHttp.GetAsync(host.Decisions, "/v1/authorize/things", $"{Asked}{header}: {Utf8(account)}\r\n");

            Assert.Equal("6", check.Header("X-Remaining"));
            Assert.Equal(200, RawHttp.Status(answer));
            Assert.Contains("\r\nX-Limit: 7\r\nX-Remaining: 5\r\n", answer, StringComparison.Ordinal);
            Assert.Contains($"\r\nX-Who: {Uri.EscapeDataString(account)}\r\n", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_value_in_UTF8_is_that_value_of_an_attribute()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things.Replace("[basic, pro]", "[basic, großkunde]").Replace("plan: pro", "plan: großkunde"));

        string answer = await RawHttp.GetAsync(
            host.Decisions, "/v1/authorize/things", $"{Asked}X-Account: a\r\nX-Plan: {Utf8("Großkunde")}\r\n");

        Assert.Contains("\r\nX-Limit: 10\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Account")]
    [InlineData("User-Agent")]
    public async Task Each_request_of_a_connection_has_its_own_value(string header)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things.Replace("header:X-Account", $"header:{header}"));
        string[] values = ["caf\u00e9", "cafe", "\u00c3\u00a9", "aa", "\u00c3\u00a9", "caf\u00e9", "", "\u00c3\u00a9", "cafe", "\u00c3\u00aa"];

        int[] statuses = await SendAsync(
            host.Decisions, [.. values.Select(value => Request("GET /v1/authorize/things", $"{Asked}{header}: {value}\r\n"))]);

        Assert.Equal([400, 200, 200, 200, 200, 400, 200, 200, 200, 200], statuses);
        Assert.Equal("0", await RemainingAsync(host, "é"));
        Assert.Equal("1", await RemainingAsync(host, "cafe"));
        Assert.Equal("2", await RemainingAsync(host, "ê"));
    }

    [Fact]
    public async Task Addresses_to_the_left_of_the_caller_are_not_read()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(new LimiterHostSetup
        {
            Policies = [TestPolicies.Things],
            Configure = options => options.TrustedProxies = ["127.0.0.0/8"],
        });

        string behind = await RawHttp.GetAsync(host.Decisions, "/v1/authorize/things", Asked + "X-Forwarded-For: caf\u00e9, 203.0.113.7\r\n");
        string reached = await RawHttp.GetAsync(host.Decisions, "/v1/authorize/things", Asked + "X-Forwarded-For: 203.0.113.7, caf\u00e9\r\n");

        Assert.Contains("\r\nX-Who: 203.0.113.7\r\n", behind, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Who: 127.0.0.1\r\n", reached, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer correct-horse-b\u00e9ttery")]
    [InlineData("Bearer correct-horse-battery\u00a0")]
    [InlineData("Basic caf\u00e9")]
    [InlineData("\u00ff\u00fe")]
    public async Task Credentials_with_such_bytes_are_not_the_admin_token(string credentials)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(new LimiterHostSetup
        {
            Policies = [TestPolicies.Things],
            Configure = options => options.AdminToken = "correct-horse-battery",
        });

        string answer = await RawHttp.GetAsync(host.Admin, "/v1/policies", $"Authorization: {credentials}\r\n");

        Assert.Equal(401, RawHttp.Status(answer));
        Assert.Equal(
            """{"title":"Unauthorized","status":401,"detail":"this is not the admin token","field":"Authorization"}""", RawHttp.Body(answer));
    }

    private static string Utf8(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    private static string Request(string line, string headers, string body = "") =>
        $"{line} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {body.Length}\r\n\r\n{body}";

    // All on one connection, because the server may reuse strings of one request for the next.
    private static async Task<int[]> SendAsync(HttpClient address, string[] requests)
    {
        string answers = await RawHttp.SendAsync(
            address, string.Concat(requests) + "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        return [.. answers.Split("HTTP/1.1 ")[1..^1].Select(answer => int.Parse(answer.AsSpan(0, 3)))];
    }

    private static async Task<string?> RemainingAsync(LimiterHost host, string account)
    {
        using HttpResponseMessage answer = await host.CheckAsync($$"""{"account":"{{account}}","path":"/x","peek":true}""");
        return answer.Header("X-Remaining");
    }

    private static async Task AssertProblemAsync(LimiterHost host, string answer, string field, string detail)
    {
        RawHttp.AssertBadRequest(answer, field, detail);
        Assert.Contains("\norleans_limiter_living_groups 0\n", await host.Admin.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }
}
