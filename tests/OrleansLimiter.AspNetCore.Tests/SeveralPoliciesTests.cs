using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>Several policies and limits on one endpoint.</summary>
public class SeveralPoliciesTests
{
    private static readonly TestAppSetup s_both = new()
    {
        Policies = [TestPolicies.Shop, TestPolicies.Users],
        Map = app =>
        {
            app.MapGet("/both", () => "").RequireLimit("shop").RequireLimit("users");
            app.MapGet("/shop", () => "").RequireLimit("shop");
            app.MapGet("/none", () => "");
        },
    };

    // aspnetcore #42691
    [Fact]
    public async Task An_endpoint_can_require_several_policies()
    {
        await using TestApp app = await TestApp.StartAsync(s_both);

        using HttpResponseMessage response = await app.SendAsync("GET", "/both", "a", ("X-User", "u"));

        Assert.Equal("2", response.Headers.GetValues("X-Remaining").Single());
        Assert.Equal("1", response.Headers.GetValues("X-User-Remaining").Single());
        Assert.Equal("\"user\";q=2;w=60", response.Headers.GetValues("RateLimit-Policy").Single());
        Assert.Equal(200, await app.StatusAsync("GET", "/both", "b", ("X-User", "u")));
        Assert.Equal(429, await app.StatusAsync("GET", "/both", "c", ("X-User", "u")));
    }

    [Fact]
    public async Task The_quotas_of_several_policies_are_one_list()
    {
        await using TestApp app = await TestApp.StartAsync(s_both with
        {
            Policies = [$"{TestPolicies.Shop}\n  standard: draft-10", TestPolicies.Users],
        });

        using HttpResponseMessage response = await app.SendAsync("GET", "/both", "a", ("X-User", "u"));
        string[] lists = await StructuredFields.ParseAsync(
            response.Headers.GetValues("RateLimit-Policy").Single(), response.Headers.GetValues("RateLimit").Single());

        Assert.Equal(
            [
                """[["account",{"q":3,"w":60}],["user",{"q":2,"w":60}]]""",
                """[["account",{"r":2,"t":60}],["user",{"r":1,"t":60}]]""",
            ],
            lists);
    }

    [Fact]
    public async Task A_request_that_a_later_policy_refuses_takes_no_permits_of_the_others()
    {
        await using TestApp app = await TestApp.StartAsync(s_both);
        await app.StatusAsync("GET", "/both", "a", ("X-User", "u"));
        await app.StatusAsync("GET", "/both", "a", ("X-User", "u"));

        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(429, await app.StatusAsync("GET", "/both", "a", ("X-User", "u")));
        }

        using HttpResponseMessage response = await app.SendAsync("GET", "/shop");
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("0", response.Headers.GetValues("X-Remaining").Single());
    }

    [Fact]
    public async Task A_refusal_has_the_headers_of_the_policy_that_refuses()
    {
        await using TestApp app = await TestApp.StartAsync(s_both);
        await app.StatusAsync("GET", "/both", "a", ("X-User", "u"));
        await app.StatusAsync("GET", "/both", "a", ("X-User", "u"));

        using HttpResponseMessage response = await app.SendAsync("GET", "/both", "a", ("X-User", "u"));

        Assert.Equal("60", response.Headers.GetValues("Retry-After").Single());
        Assert.Equal("0", response.Headers.GetValues("X-User-Remaining").Single());
        Assert.False(response.Headers.Contains("X-Remaining"));
    }

    [Fact]
    public async Task Of_several_policies_none_is_global_unless_the_app_says_so()
    {
        await using TestApp app = await TestApp.StartAsync(s_both);

        using HttpResponseMessage response = await app.SendAsync("GET", "/none");

        Assert.False(response.Headers.Contains("X-Remaining"));
    }

    [Fact]
    public async Task A_global_policy_applies_in_addition_to_those_of_the_endpoint()
    {
        await using TestApp app = await TestApp.StartAsync(s_both with
        {
            Configure = options => options.GlobalPolicies.Add("users"),
        });

        using HttpResponseMessage response = await app.SendAsync("GET", "/shop");

        Assert.Equal("2", response.Headers.GetValues("X-Remaining").Single());
        Assert.Equal("1", response.Headers.GetValues("X-User-Remaining").Single());
    }

    [Fact]
    public async Task A_limit_that_an_endpoint_names_shares_its_count_with_the_whole_policy()
    {
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Policies = [TestPolicies.Shop, TestPolicies.Users],
            Map = app =>
            {
                app.MapGet("/things/{id}", () => "").RequireLimit("shop/account");
                app.MapPost("/things/{id}", () => "").RequireLimit("shop");
            },
        });

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(200, await app.StatusAsync("GET", "/things/1")); // the burst of two does not apply
        }

        Assert.Equal(429, await app.StatusAsync("POST", "/things/1"));
    }

    [Fact]
    public async Task A_limit_with_a_cost_of_its_own_counts_a_request_once()
    {
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Map = app => app.MapGet("/things/{id}", () => "").RequireLimit("shop/account", cost: 2),
        });

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/1");

        Assert.Equal("1", response.Headers.GetValues("X-Remaining").Single());
        Assert.Equal(429, await app.StatusAsync("GET", "/things/1"));
    }

    [Fact]
    public async Task A_delegate_computes_the_cost_of_a_request()
    {
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Configure = options => options.Cost = context => (int)(context.Request.ContentLength ?? 0),
            Map = app =>
            {
                app.MapPost("/bytes", () => "");
                app.MapPost("/items", () => "").RequireLimit("shop", context => int.Parse(context.Request.Query["items"]!));
            },
        });

        Assert.Equal("1", (await PostAsync(app, "/bytes", "ab")).Headers.GetValues("X-Remaining").Single());
        Assert.Equal("0", (await PostAsync(app, "/items?items=1", "abcde")).Headers.GetValues("X-Remaining").Single());
        Assert.False((await PostAsync(app, "/bytes", "")).Headers.Contains("X-Remaining")); // free, although nothing remains
        Assert.Equal(200, (int)(await PostAsync(app, "/items?items=-1", "")).StatusCode);
        Assert.Equal(429, (int)(await PostAsync(app, "/items?items=1", "")).StatusCode);
    }

    [Fact]
    public async Task A_group_without_limits_can_have_an_endpoint_with_one()
    {
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Map = app =>
            {
                var group = app.MapGroup("/internal").DisableLimits();
                group.MapGet("/free", () => "");
                group.MapGet("/dear", () => "").RequireLimit("shop/account", cost: 3);
            },
        });

        Assert.Equal(200, await app.StatusAsync("GET", "/internal/dear"));
        Assert.Equal(429, await app.StatusAsync("GET", "/internal/dear"));
        Assert.Equal(200, await app.StatusAsync("GET", "/internal/free"));
    }

    private static Task<HttpResponseMessage> PostAsync(TestApp app, string path, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body) };
        request.Headers.Add("X-Account", "a");
        return app.Client.SendAsync(request);
    }
}
