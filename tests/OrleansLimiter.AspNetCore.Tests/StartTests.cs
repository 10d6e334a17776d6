using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>Mistakes in an app that its start reports.</summary>
public class StartTests
{
    [Fact]
    public async Task An_invalid_policy_stops_the_start_and_all_errors_are_listed()
    {
        string invalid = TestPolicies.Shop.Replace("permits: 3", "permits: many").Replace("window: 10s", "window: 10");

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestApp.StartAsync(new() { Policies = [invalid] }));

        Assert.Contains("0.yaml:16:", error.Message);
        Assert.Contains("0.yaml:17:", error.Message);
    }

    [Fact]
    public async Task An_unknown_policy_or_limit_stops_the_start_and_all_are_listed()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestApp.StartAsync(new()
        {
            Configure = options => options.GlobalPolicies.Add("nowhere"),
            Map = app =>
            {
                app.MapGet("/a", () => "").RequireLimit("shop/acount");
                app.MapGet("/b", () => "").RequireLimit("shops");
            },
        }));

        Assert.Equal(
            "The limiter cannot enforce what the app requires: there is no policy 'nowhere'; the policies are shop; "
            + "the endpoint 'HTTP: GET /a': the policy 'shop' has no limit 'acount'; it has account, burst; "
            + "the endpoint 'HTTP: GET /b': there is no policy 'shops'; the policies are shop",
            error.Message);
    }

    [Fact]
    public async Task An_app_without_a_policy_does_not_start()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestApp.StartAsync(new()
        {
            Configure = options => options.Policies.Clear(),
        }));

        Assert.Contains("no policy is given", error.Message);
    }

    [Fact]
    public async Task The_middleware_without_its_services_says_what_is_missing()
    {
        await using WebApplication app = WebApplication.CreateSlimBuilder().Build();

        var error = Assert.Throws<InvalidOperationException>(() => app.UseOrleansLimiter());

        Assert.Equal("The services of the limiter are missing: call services.AddOrleansLimiter(…)", error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void The_cost_of_an_attribute_is_at_least_one(int cost) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RequireLimitAttribute("shop") { Cost = cost });

    [Fact]
    public void The_services_can_be_added_twice()
    {
        var services = new ServiceCollection();
        services.AddOrleansLimiter(options => options.Policies.Add("a"));
        int count = services.Count(service => service.ServiceType.Name == "IHostedService");

        services.AddOrleansLimiter(options => options.Policies.Add("b"));

        Assert.Equal(count, services.Count(service => service.ServiceType.Name == "IHostedService"));
    }
}
