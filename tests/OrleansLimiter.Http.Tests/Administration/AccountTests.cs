using System.Net;

namespace OrleansLimiter.Http.Tests;

public class AccountTests
{
    [Fact]
    public async Task An_account_shows_every_living_bucket_and_every_override()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things, TestPolicies.Strict);
        await AcquireAsync(host, """{"policy":"things","account":"a","path":"/things/7","attributes":{"plan":"pro"}}""");
        await AcquireAsync(host, """{"policy":"strict","account":"a","path":"/x"}""");
        await AcquireAsync(host, """{"policy":"strict","account":"b","path":"/x"}""");
        using HttpResponseMessage put = await host.Admin.PutAsync(
            "/v1/accounts/a/overrides/things/account", Json.Content("""{"permits":20,"note":"trial","by":"ann"}"""));

        string answer = await host.Admin.GetStringAsync("/v1/accounts/a");

        Assert.Equal(
            """{"account":"a","kind":"id","usage":["""
            + """{"policy":"strict","name":"only","scope":"endpoint","endpoint":"other","algorithm":"fixed-window","permits":1,"limit":1,"remaining":0,"windowMs":60000,"nextAfterMs":60000,"resetAfterMs":60000,"retryAfterMs":60000},"""
            + """{"policy":"things","name":"account","scope":"account","key":{"mode":"live"},"algorithm":"fixed-window","permits":10,"limit":10,"remaining":9,"windowMs":60000,"nextAfterMs":60000,"resetAfterMs":60000},"""
            + """{"policy":"things","name":"burst","scope":"burst","endpoint":"thing","resource":"7","algorithm":"rolling-window","permits":2,"limit":2,"remaining":1,"windowMs":1000,"nextAfterMs":1000,"resetAfterMs":1000}],"""
            + "\"overrides\":[" + """{"account":"a","kind":"id","policy":"things","limit":"account","permits":20,"note":"trial","by":"ann","at":"2026-01-01T00:00:00+00:00"}]}""",
            answer);
    }

    [Fact]
    public async Task An_unknown_account_has_no_usage()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        Assert.Equal(
            """{"account":"nobody","kind":"id","usage":[],"overrides":[]}""", await host.Admin.GetStringAsync("/v1/accounts/nobody"));
    }

    [Theory]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("a%2Fb", "a%252Fb")]
    [InlineData("a b+c", "a%20b+c")]
    [InlineData("caf\u00e9", "caf%C3%A9")]
    [InlineData("..", "%2E%2E%2F..", "../..")]
    [InlineData("a?b#c", "a%3Fb%23c")]
    [InlineData("*", "*")]
    public async Task Accounts_are_found_by_their_exact_names(string account, string encoded, string? found = null)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        account = found ?? account;
        await AcquireAsync(host, System.Text.Json.JsonSerializer.Serialize(new { account, path = "/x" }));

        string answer = await RawHttp.GetAsync(host.Admin, $"/v1/accounts/{encoded}");

        Assert.Equal(200, RawHttp.Status(answer));
        Assert.Contains("\"remaining\":2", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_absolute_URI_names_the_same_account()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        await AcquireAsync(host, """{"account":"a b","path":"/x"}""");

        string answer = await RawHttp.GetAsync(host.Admin, "http://localhost/v1/accounts/a%20b/?kind=id");

        Assert.Equal(200, RawHttp.Status(answer));
        Assert.Contains("\"remaining\":2", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_absolute_URI_whose_slashes_the_server_decodes_names_no_account()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        await AcquireAsync(host, """{"account":"a","path":"/x","cost":3}""");

        string answer = await RawHttp.SendAsync(
            host.Admin, "DELETE http://localhost/v1/accounts/a%2Fusage HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        Assert.Equal(400, RawHttp.Status(answer));
        using HttpResponseMessage check = await host.CheckAsync("""{"account":"a","path":"/x"}""");
        Assert.Equal("0", check.Header("X-Remaining"));
    }

    [Fact]
    public async Task A_caller_identified_by_address_is_found_by_any_address_of_its_network()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        await AcquireAsync(host, """{"ip":"2001:db8::1","path":"/x"}""");
        foreach (string name in (string[])["2001:db8::%2F64", "2001:db8::2"])
        {
            string answer = await host.Admin.GetStringAsync($"/v1/accounts/{name}?kind=ip");

            Assert.StartsWith(
                """{"account":"2001:db8::/64","kind":"ip","usage":[{"policy":"things",""", answer, StringComparison.Ordinal);
        }

        Assert.Equal(
            """{"account":"2001:db8::/64","kind":"id","usage":[],"overrides":[]}""",
            await host.Admin.GetStringAsync("/v1/accounts/2001:db8::%2F64"));
    }

    [Fact]
    public async Task A_reset_removes_the_usage_of_the_account_and_of_no_other()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        await AcquireAsync(host, """{"account":"a","path":"/things/7","cost":2}""");
        await AcquireAsync(host, """{"account":"b","path":"/x","cost":2}""");

        using HttpResponseMessage answer = await host.Admin.DeleteAsync("/v1/accounts/a/usage");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"resetGroups":2}""", await answer.Content.ReadAsStringAsync());
        using HttpResponseMessage reset = await host.CheckAsync("""{"account":"a","path":"/things/7","peek":true}""");
        using HttpResponseMessage other = await host.CheckAsync("""{"account":"b","path":"/x","peek":true}""");
        Assert.Equal("3", reset.Header("X-Remaining"));
        Assert.Equal("1", other.Header("X-Remaining"));
    }

    [Fact]
    public async Task Usage_in_an_outage_is_503_and_reports_which_part_is_missing()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(
            new LimiterHostSetup { Policies = [TestPolicies.Things], Groups = new UnavailableBucketStore() });

        using HttpResponseMessage answer = await host.Admin.GetAsync("/v1/accounts/a");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(
            """{"title":"Service Unavailable","status":503,"detail":"1 of 3 silos did not answer; the usage of the account would be incomplete"}""",
            await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_reset_in_an_outage_is_503_and_can_be_repeated()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(
            new LimiterHostSetup { Policies = [TestPolicies.Things], Groups = new UnavailableBucketStore() });

        using HttpResponseMessage answer = await host.Admin.DeleteAsync("/v1/accounts/a/usage");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(
            """{"title":"Service Unavailable","status":503,"detail":"1 of 3 silos did not answer; some groups of the account may have been reset, and repeating the request is safe"}""",
            await answer.Content.ReadAsStringAsync());
    }

    private static async Task AcquireAsync(LimiterHost host, string json)
    {
        using HttpResponseMessage answer = await host.CheckAsync(json);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
