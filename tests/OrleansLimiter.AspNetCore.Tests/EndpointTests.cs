using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>How the endpoint of a policy is found.</summary>
public class EndpointTests
{
    private static readonly TestAppSetup s_routes = new()
    {
        Policies = [TestPolicies.Routes],
        Map = app =>
        {
            app.MapGet("/teams/{team}/members/{member}", () => "");
            app.MapGet("/files/{**path}", () => "");
        },
    };

    [Theory]
    [InlineData(EndpointSource.Route)]
    [InlineData(EndpointSource.Path)]
    public async Task A_resource_has_a_count_of_its_own(EndpointSource source)
    {
        await using TestApp app = await TestApp.StartAsync(new() { Configure = options => options.EndpointSource = source });
        await app.StatusAsync("GET", "/things/1", "a", ("X-Plan", "pro"));
        await app.StatusAsync("GET", "/things/1", "a", ("X-Plan", "pro"));

        Assert.Equal(429, await app.StatusAsync("GET", "/things/1", "a", ("X-Plan", "pro")));
        Assert.Equal(200, await app.StatusAsync("GET", "/things/2", "a", ("X-Plan", "pro")));
    }

    [Theory]
    [InlineData("/things/a%20b", "/things/a b")]
    [InlineData("/things/%61", "/things/a")]
    [InlineData("/things/a%2Fb", "/things/a%2fb")]
    [InlineData("/things/ü", "/things/%C3%BC")]
    public async Task All_spellings_of_a_resource_are_one(string first, string second)
    {
        await using TestApp app = await TestApp.StartAsync(new());
        Assert.Equal(200, await app.StatusAsync("GET", first, "a", ("X-Plan", "pro")));
        Assert.Equal(200, await app.StatusAsync("GET", second, "a", ("X-Plan", "pro")));

        Assert.Equal(429, await app.StatusAsync("GET", first, "a", ("X-Plan", "pro")));
    }

    [Fact]
    public async Task A_route_template_is_one_endpoint_whatever_its_parameters_contain()
    {
        await using TestApp app = await TestApp.StartAsync(s_routes);

        using HttpResponseMessage response = await app.SendAsync("GET", "/teams/red/members/ann");

        Assert.Equal("GET%20/teams/{id}/members/{id}", response.Headers.GetValues("X-Endpoint").Single());
        Assert.Equal(429, await app.StatusAsync("GET", "/teams/blue/members/bob"));
    }

    [Fact]
    public async Task By_path_words_are_not_taken_for_ids()
    {
        await using TestApp app = await TestApp.StartAsync(s_routes with
        {
            Configure = options => options.EndpointSource = EndpointSource.Path,
        });

        Assert.Equal(200, await app.StatusAsync("GET", "/teams/red/members/1"));
        Assert.Equal(200, await app.StatusAsync("GET", "/teams/blue/members/1"));
        Assert.Equal(429, await app.StatusAsync("GET", "/teams/blue/members/2"));
    }

    [Fact]
    public async Task A_template_that_matches_any_rest_is_matched_by_path()
    {
        await using TestApp app = await TestApp.StartAsync(s_routes);

        Assert.Equal(200, await app.StatusAsync("GET", "/files/a"));
        Assert.Equal(200, await app.StatusAsync("GET", "/files/b/c"));
        Assert.Equal(429, await app.StatusAsync("GET", "/files/a"));
    }

    [Fact]
    public async Task Requests_without_an_endpoint_are_limited_too()
    {
        await using TestApp app = await TestApp.StartAsync(s_routes);

        Assert.Equal(404, await app.StatusAsync("GET", "/nothing"));
        Assert.Equal(429, await app.StatusAsync("GET", "/nothing"));
    }

    [Fact]
    public async Task A_head_request_counts_as_get()
    {
        await using TestApp app = await TestApp.StartAsync(s_routes with
        {
            Map = app => app.MapMethods("/both", ["GET", "HEAD"], () => ""),
        });

        Assert.Equal(200, await app.StatusAsync("HEAD", "/both"));
        Assert.Equal(429, await app.StatusAsync("GET", "/both"));
    }

    [Fact]
    public async Task Each_of_many_endpoints_keeps_its_limits()
    {
        const int Endpoints = 200;
        await using TestApp app = await TestApp.StartAsync(s_routes with
        {
            Map = app =>
            {
                for (int i = 0; i < Endpoints; i += 2)
                {
                    app.MapGet($"/free/{i}", () => "").DisableLimits();
                    app.MapGet($"/limited/{i + 1}", () => "");
                }
            },
        });

        for (int i = 0; i < Endpoints; i += 2)
        {
            Assert.Equal(200, await app.StatusAsync("GET", $"/limited/{i + 1}", $"account-{i}"));
            Assert.Equal(200, await app.StatusAsync("GET", $"/free/{i}", $"account-{i}"));
        }

        for (int i = 0; i < Endpoints; i += 2)
        {
            Assert.Equal(429, await app.StatusAsync("GET", $"/limited/{i + 1}", $"account-{i}"));
            Assert.Equal(200, await app.StatusAsync("GET", $"/free/{i}", $"account-{i}"));
        }
    }

    [Fact]
    public async Task Attributes_of_controllers_and_actions_require_and_disable_limits()
    {
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Policies = [TestPolicies.Shop, TestPolicies.Users],
            Services = services => services.AddControllers().ConfigureApplicationPartManager(parts =>
                parts.ApplicationParts.Add(new AssemblyPart(typeof(LimitedController).Assembly))),
            Map = app => app.MapControllers(),
        });

        Assert.Equal(200, await app.StatusAsync("GET", "/limited/dear"));
        Assert.Equal(429, await app.StatusAsync("GET", "/limited/dear"));
        Assert.Equal(200, await app.StatusAsync("GET", "/limited/plain"));
        Assert.Equal(429, await app.StatusAsync("GET", "/limited/plain"));
        Assert.Equal(200, await app.StatusAsync("GET", "/limited/free"));
    }
}

[ApiController]
[Route("limited")]
[RequireLimit("shop/account")]
public sealed class LimitedController : ControllerBase
{
    [HttpGet("plain")]
    public string Plain() => "";

    [HttpGet("dear")]
    [RequireLimit("shop/account", Cost = 2)]
    public string Dear() => "";

    [HttpGet("free")]
    [DisableLimits]
    public string Free() => "";
}
