using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;
using OrleansLimiter.Testing;

namespace OrleansLimiter.Http.Tests;

/// <summary>Every account that can be counted can be administered by every kind of client.</summary>
public class AccountNamesTests
{
    private const string Override = "/overrides/things/account";

    /// <summary>Names that resemble parts of paths and queries, escapes, and words of the calls.</summary>
    public static TheoryData<string> Names =>
    [
        ".", "..", "...", "-", "%2E", "%2E%2E", "%2e%2E%2f", "../..", "./a", "a/..", "/", "//", "\\", "..\\..", "a/b", "a%2Fb", "%", "%%", "%zz", "a+b", "a b",
        "a;b", ";", "?", "a?kind=ip", "#", "&", "a=b&kind=ip", "account", "usage", "overrides", "overrides/things/account", "id", "ip", "kind", "*", "~", ":",
        "http://x/y", "{account}", "\"", "'", "<a>", "|", "^", "`", "\u200b", "\ufeff", "\u00e9", "e\u0301", "東京", "😀", "\uffff", "null", "127.0.0.1", "2001:db8::/64",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_account_is_administered_by_its_name_in_the_query(string name)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        await AssertRoundTripAsync(host, name, (method, rest, body) => SendAsync(host, method, InQuery(name, rest), body));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_account_is_administered_by_its_name_in_the_path_if_the_client_sends_it_unchanged(string name)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        string encoded = string.Concat(Encoding.UTF8.GetBytes(name).Select(value => $"%{value:X2}"));

        await AssertRoundTripAsync(host, name, (method, rest, body) => SendRawAsync(host, method, $"/v1/accounts/{encoded}{rest}", body));
        await AssertRoundTripAsync(host, name, (method, rest, body) => SendRawAsync(host, method, $"/V1/Accounts/{encoded.ToLowerInvariant()}{rest}?kind=id", body));
    }

    [Fact]
    public async Task Every_name_that_can_be_counted_is_administered()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        Gen<char> character = Gen.Frequency(
            (4, Gen.Elements("./\\%?#&=+;-~ 2EeFf".ToArray())), (2, Gen.Choose(' ', '~').Select(value => (char)value)), (1, Gen.Choose(0xA1, 0xD7FF).Select(value => (char)value)));
        Gen<string> name = from length in Gen.Frequency((9, Gen.Choose(1, 6)), (1, Gen.Choose(200, 256)))
                           from characters in character.ArrayOf(length)
                           select new string(characters);

        Prop.ForAll(name.Where(text => AccountNames.Validate(text) is null).ToArbitrary(), text =>
        {
            string encoded = Uri.EscapeDataString(text);
            AssertRoundTripAsync(host, text, (method, rest, body) => SendAsync(host, method, InQuery(text, rest), body)).GetAwaiter().GetResult();
            if (text is not ("." or ".."))
            {
                AssertRoundTripAsync(host, text, (method, rest, body) => SendAsync(host, method, $"/v1/accounts/{encoded}{rest}", body)).GetAwaiter().GetResult();
            }
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("/v1/accounts/a?account=b", "account", "account is given in the query, and the path has 'a'; write '-' in the path, or omit account")]
    [InlineData("/v1/accounts/%2E%2E?account=b", "account", "account is given in the query, and the path has '..'; write '-' in the path, or omit account")]
    [InlineData("/v1/accounts/-?account=", "account", "account: it is empty; give 1 to 256 characters")]
    [InlineData("/v1/accounts/-?account", "account", "account: it is empty; give 1 to 256 characters")]
    [InlineData("/v1/accounts/-?account=a&account=b", "account", "account is given 2 times; give it once")]
    [InlineData("/v1/accounts/-?account=a%00", "account", "account: it has the control character U+0000 as character 2; leave control characters out")]
    [InlineData("/v1/accounts/-?account=%FF", "account", "account has an invalid escape; it must be percent-encoded UTF-8, in which % is %25")]
    [InlineData("/v1/accounts/-?account=%2", "account", "account has an invalid escape; it must be percent-encoded UTF-8, in which % is %25")]
    [InlineData("/v1/accounts/-?account=..&kind=ip", "account", "account: '..' is not an IP address, which kind=ip requires")]
    public async Task An_ambiguous_target_is_refused(string target, string field, string detail)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        RawHttp.AssertBadRequest(await RawHttp.GetAsync(host.Admin, target), field, detail);
    }

    [Theory]
    [InlineData("/v1/accounts/..", 404)]
    [InlineData("/v1/accounts/.", 404)]
    [InlineData("/v1/accounts/a/..", 404)]
    [InlineData("/v1/accounts/a/%2E%2E/usage", 400)]
    [InlineData("/v1/accounts/%2E%2E/..", 404)]
    [InlineData("/v1/%2E%2E/accounts/a", 404)]
    public async Task Any_other_dot_segment_names_no_account(string target, int status)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        Assert.Equal(status, RawHttp.Status(await RawHttp.GetAsync(host.Admin, target)));
    }

    [Fact]
    public async Task The_address_for_decisions_does_not_serve_the_call()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        foreach (string target in (string[])["/v1/accounts/%2E%2E", "/v1/accounts/-?account=.."])
        {
            Assert.Equal(404, RawHttp.Status(await RawHttp.GetAsync(host.Decisions, target)));
        }
    }

    [Theory]
    [InlineData("203.0.113.7", "64:ff9b::203.0.113.7", "203.0.113.7")]
    [InlineData("2002:cb00:7107:1::1", "2002:cb00:7107:2::2", "203.0.113.7")]
    [InlineData("2001:0:4136:e378:8000:63bf:34ff:8ef8", "203.0.113.7", "203.0.113.7")]
    [InlineData("64:ff9b:1::203.0.113.7", "64:ff9b:1::cb00:7107", "64:ff9b:1::cb00:7107")]
    [InlineData("2001:db8::1", "2001:db8::2", "2001:db8::/64")]
    public async Task Callers_identified_by_address_are_administered_by_any_of_their_addresses(string counted, string named, string shown)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        foreach (string name in (string[])[named, shown])
        {
            string target = $"/v1/accounts/-{Override}?kind=ip&account={Uri.EscapeDataString(name)}";
            using HttpResponseMessage put = await host.Admin.PutAsync(target, Json.Content("""{"permits":5}"""));
            using HttpResponseMessage check = await host.CheckAsync($$"""{"ip":"{{counted}}","path":"/x"}""");
            string usage = await host.Admin.GetStringAsync($"/v1/accounts/{Uri.EscapeDataString(name)}?kind=ip");
            using HttpResponseMessage reset = await host.Admin.DeleteAsync($"/v1/accounts/-/usage?kind=ip&account={Uri.EscapeDataString(name)}");
            using HttpResponseMessage removed = await host.Admin.DeleteAsync(target);

            Assert.Equal((HttpStatusCode.OK, "5", "4"), (put.StatusCode, check.Header("X-Limit"), check.Header("X-Remaining")));
            Assert.StartsWith($$"""{"account":"{{shown}}","kind":"ip","usage":[{""", usage, StringComparison.Ordinal);
            Assert.Equal("""{"resetGroups":1}""", await reset.Content.ReadAsStringAsync());
            Assert.Equal("""{"removed":1}""", await removed.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task An_override_stored_by_an_older_version_for_an_unused_network_can_be_read_and_removed_but_not_set()
    {
        using var folder = new TestFolder();
        var time = new FakeTime();
        var overrides = Decisions.OverrideStore.Open(folder.Path("overrides.json"), time);
        await overrides.SetAsync(new() { Account = new(AccountKind.Ip, "64:ff9b::/64"), Policy = "things", Limit = "account", Permits = 0 });
        await using LimiterHost host = await LimiterHost.StartAsync(new LimiterHostSetup { Policies = [TestPolicies.Things], Overrides = overrides });
        string account = $"/v1/accounts/{Uri.EscapeDataString("64:ff9b::/64")}";

        using HttpResponseMessage check = await host.CheckAsync("""{"ip":"64:ff9b::203.0.113.7","path":"/x"}""");
        string seen = await host.Admin.GetStringAsync($"{account}?kind=ip");
        using HttpResponseMessage put = await host.Admin.PutAsync($"{account}{Override}?kind=ip", Json.Content("""{"permits":5}"""));
        using HttpResponseMessage removed = await host.Admin.DeleteAsync($"{account}{Override}?kind=ip");

        Assert.Equal("3", check.Header("X-Limit"));
        Assert.StartsWith("""{"account":"64:ff9b::/64","kind":"ip","usage":[],"overrides":[{""", seen, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, put.StatusCode);
        Assert.Equal(
            """{"title":"Bad Request","status":400,"detail":"account: no caller counts as '64:ff9b::/64'; the addresses of this network count one by one, so give an address","field":"account"}""",
            await put.Content.ReadAsStringAsync());
        Assert.Equal("""{"removed":1}""", await removed.Content.ReadAsStringAsync());
    }

    private delegate Task<(int Status, JsonNode? Body)> Call(string method, string rest, string? body);

    private static string InQuery(string name, string rest) => $"/v1/accounts/-{rest}?account={Uri.EscapeDataString(name)}";

    /// <summary>Decides for an account, reads its usage, raises its limit, and removes both. Each call must affect this account.</summary>
    private static async Task AssertRoundTripAsync(LimiterHost host, string name, Call call)
    {
        (int put, JsonNode? kept) = await call("PUT", Override, """{"permits":9}""");
        Assert.Equal((200, name), (put, kept?["account"]?.GetValue<string>()));
        using HttpResponseMessage check = await host.CheckAsync(JsonSerializer.Serialize(new { account = name, path = "/x" }));
        Assert.Equal(("9", "8"), (check.Header("X-Limit"), check.Header("X-Remaining")));
        (int get, JsonNode? account) = await call("GET", "", null);
        Assert.Equal((200, name, 1, 1), (get, account!["account"]!.GetValue<string>(), account["usage"]!.AsArray().Count, account["overrides"]!.AsArray().Count));
        (int reset, JsonNode? groups) = await call("DELETE", "/usage", null);
        Assert.Equal((200, 1), (reset, groups!["resetGroups"]!.GetValue<int>()));
        (int delete, JsonNode? removed) = await call("DELETE", Override, null);
        Assert.Equal((200, 1), (delete, removed!["removed"]!.GetValue<int>()));
    }

    private static async Task<(int Status, JsonNode? Body)> SendAsync(LimiterHost host, string method, string target, string? body)
    {
        using var request = new HttpRequestMessage(new(method), target) { Content = body is null ? null : Json.Content(body) };
        using HttpResponseMessage answer = await host.Admin.SendAsync(request);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync()));
    }

    private static async Task<(int Status, JsonNode? Body)> SendRawAsync(LimiterHost host, string method, string target, string? body)
    {
        string answer = await RawHttp.SendAsync(
            host.Admin, $"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {body?.Length ?? 0}\r\n\r\n{body}");
        return (RawHttp.Status(answer), JsonNode.Parse(Encoding.Latin1.GetBytes(RawHttp.Body(answer))));
    }
}
