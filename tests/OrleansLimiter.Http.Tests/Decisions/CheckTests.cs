using System.Net;

namespace OrleansLimiter.Http.Tests;

public class CheckTests
{
    [Fact]
    public async Task An_allowed_check_is_200_with_the_headers_of_the_policy_and_every_limit()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage answer = await host.CheckAsync(
            """{"policy":"things","account":"a","method":"POST","path":"/things/7?x=1","mode":"live","attributes":{"plan":"pro"},"cost":2}""");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(
            """{"allowed":true,"policy":"things","reported":"account","deniedBy":[],"limits":["""
            + """{"name":"account","scope":"account","allowed":true,"limit":10,"remaining":8,"windowMs":60000,"nextAfterMs":60000,"resetAfterMs":60000,"retryAfterMs":null},"""
            + """{"name":"burst","scope":"burst","allowed":true,"limit":2,"remaining":0,"windowMs":1000,"nextAfterMs":1000,"resetAfterMs":1000,"retryAfterMs":null}]}""",
            await answer.Content.ReadAsStringAsync());
        Assert.Equal("10", answer.Header("X-Limit"));
        Assert.Equal("8", answer.Header("X-Remaining"));
        Assert.Equal("a", answer.Header("X-Who"));
        Assert.Null(answer.Header("Retry-After"));
        Assert.Null(answer.Header("X-Limiter-Failure"));
    }

    [Fact]
    public async Task A_denied_check_is_429_with_the_headers_of_the_policy_and_consumes_nothing()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        using HttpResponseMessage first = await host.CheckAsync("""{"account":"a","path":"/things/7","cost":2}""");

        using HttpResponseMessage answer = await host.CheckAsync("""{"account":"a","path":"/things/7"}""");

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal(
            """{"allowed":false,"policy":"things","reported":"account","deniedBy":["burst"],"limits":["""
            + """{"name":"account","scope":"account","allowed":true,"limit":3,"remaining":1,"windowMs":60000,"nextAfterMs":60000,"resetAfterMs":60000,"retryAfterMs":null},"""
            + """{"name":"burst","scope":"burst","allowed":false,"limit":2,"remaining":0,"windowMs":1000,"nextAfterMs":1000,"resetAfterMs":1000,"retryAfterMs":1000}]}""",
            await answer.Content.ReadAsStringAsync());
        Assert.Equal("1", answer.Header("X-Remaining"));
        Assert.Equal("1", answer.Header("Retry-After"));
    }

    [Fact]
    public async Task A_cost_above_the_capacity_is_denied_without_a_retry_after()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage answer = await host.CheckAsync("""{"account":"a","path":"/x","cost":2147483647}""");

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal(
            """{"allowed":false,"policy":"things","reported":"account","deniedBy":["account"],"limits":["""
            + """{"name":"account","scope":"account","allowed":false,"limit":3,"remaining":3,"windowMs":60000,"nextAfterMs":0,"resetAfterMs":0,"retryAfterMs":null}]}""",
            await answer.Content.ReadAsStringAsync());
        Assert.Null(answer.Header("Retry-After"));
    }

    [Fact]
    public async Task A_peek_reads_and_consumes_nothing()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        for (int i = 0; i < 5; i++)
        {
            using HttpResponseMessage answer = await host.CheckAsync("""{"account":"a","path":"/x","peek":true}""");

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("3", answer.Header("X-Remaining"));
        }
    }

    [Fact]
    public async Task An_endpoint_can_be_named_instead_of_a_path()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        using HttpResponseMessage byPath = await host.CheckAsync("""{"account":"a","path":"/things/7","cost":2}""");

        using HttpResponseMessage same = await host.CheckAsync("""{"account":"a","endpoint":"thing","resource":"7"}""");
        using HttpResponseMessage other = await host.CheckAsync("""{"account":"a","endpoint":"thing","resource":"8"}""");

        Assert.Equal(HttpStatusCode.TooManyRequests, same.StatusCode);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task An_absent_account_falls_back_to_the_address_if_the_policy_does()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage byAddress = await host.CheckAsync("""{"ip":"2001:db8::1","path":"/x"}""");
        using HttpResponseMessage sameNetwork = await host.CheckAsync("""{"ip":"2001:db8::2","path":"/x","account":null}""");
        using HttpResponseMessage sameName = await host.CheckAsync("""{"account":"2001:db8::/64","path":"/x"}""");

        Assert.Equal("2", byAddress.Header("X-Remaining"));
        Assert.Equal("1", sameNetwork.Header("X-Remaining"));
        Assert.Equal("2", sameName.Header("X-Remaining"));
    }

    [Fact]
    public async Task Members_that_are_null_are_treated_as_absent()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage answer = await host.CheckAsync(
            """{"policy":null,"account":"a","method":null,"path":"/x","endpoint":null,"resource":null,"mode":null,"ip":null,"attributes":{"plan":null},"cost":null,"peek":null}""");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("2", answer.Header("X-Remaining"));
    }

    [Fact]
    public async Task Account_names_in_any_language_reach_headers_percent_encoded()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage answer = await host.CheckAsync("""{"account":"caf\u00e9 & co","path":"/x"}""");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("caf%C3%A9%20&%20co", answer.Header("X-Who"));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("text/plain")]
    [InlineData("application/vnd.example+json")]
    public async Task Any_content_type_except_a_form_is_accepted(string contentType)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        using StringContent body = Json.Content("""{"account":"a","path":"/x"}""");
        body.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(contentType);

        using HttpResponseMessage answer = await host.Decisions.PostAsync("/v1/check", body);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
