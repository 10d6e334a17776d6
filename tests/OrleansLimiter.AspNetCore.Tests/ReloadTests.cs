using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>Changes at run time.</summary>
public class ReloadTests
{
    [Fact]
    public async Task A_changed_policy_is_in_force_after_a_second_and_keeps_the_counts()
    {
        await using TestApp app = await TestApp.StartAsync(new());
        await app.StatusAsync("GET", "/things/1");
        app.Replace(TestPolicies.Shop.Replace("permits: 3", "permits: 5").Replace("generation: 1", "generation: 2"));
        app.Time.Advance(TimeSpan.FromSeconds(1));

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/2");

        Assert.Equal("5", response.Headers.GetValues("X-Limit").Single());
        Assert.Equal("3", response.Headers.GetValues("X-Remaining").Single());
    }

    [Fact]
    public async Task An_invalid_change_is_logged_and_the_policy_in_force_stays()
    {
        await using TestApp app = await TestApp.StartAsync(new());
        app.Replace(TestPolicies.Shop.Replace("permits: 3", "permits: many"));
        app.Time.Advance(TimeSpan.FromSeconds(1));

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/1");

        Assert.Equal("3", response.Headers.GetValues("X-Limit").Single());
        Assert.Contains("the policy in force stays", app.Log.At(LogLevel.Error).Single());
    }

    [Fact]
    public async Task A_limit_that_vanishes_is_logged_and_its_endpoint_still_answers()
    {
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Policies = [TestPolicies.Shop, TestPolicies.Users],
            Map = app => app.MapGet("/things/{id}", () => "").RequireLimit("users/user"),
        });
        Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));
        app.Replace(TestPolicies.Users.Replace("name: user,", "name: person,"), 1);
        app.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));
        Assert.Equal(
            "A limit is not enforced: the endpoint 'HTTP: GET /things/{id}': the policy 'users' has no limit 'user'; it has person",
            app.Log.At(LogLevel.Error).Single());
    }

    [Fact]
    public async Task A_policy_that_is_added_does_not_end_the_global_one()
    {
        await using TestApp app = await TestApp.StartAsync(new());
        app.Replace(TestPolicies.Users, 1);
        app.Time.Advance(TimeSpan.FromSeconds(1));

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/1");

        Assert.Equal("3", response.Headers.GetValues("X-Limit").Single());
        Assert.False(response.Headers.Contains("X-User-Remaining"));
    }

    [Fact]
    public async Task An_override_raises_the_limit_of_one_account()
    {
        await using TestApp app = await TestApp.StartAsync(new());
        IOverrides overrides = app.Services.GetRequiredService<IOverrides>();
        await overrides.SetAsync(new() { Account = new(AccountKind.Id, "a"), Policy = "shop", Limit = "account", Permits = 7 });

        using HttpResponseMessage raised = await app.SendAsync("GET", "/things/1");
        using HttpResponseMessage usual = await app.SendAsync("GET", "/things/1", "b");

        Assert.Equal("7", raised.Headers.GetValues("X-Limit").Single());
        Assert.Equal("3", usual.Headers.GetValues("X-Limit").Single());
        Assert.Equal(1, await overrides.RemoveAsync(new(AccountKind.Id, "a"), "shop", "account"));
    }

    [Fact]
    public async Task An_override_can_be_kept_in_a_file()
    {
        using var folder = new TestFolder();
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Configure = options => options.OverridesFile = folder.Path("overrides.json"),
        });

        await app.Services.GetRequiredService<IOverrides>().SetAsync(
            new() { Account = new(AccountKind.Id, "a"), Policy = "shop", Limit = "account", Permits = 7 });

        Assert.True(File.Exists(folder.Path("overrides.json")));
    }

    [Fact]
    public async Task Any_service_can_ask_the_limiter()
    {
        await using TestApp app = await TestApp.StartAsync(new());
        Policy policy = app.Services.GetRequiredService<PolicyCatalog>().Current.Policies["shop"].Policy;
        Assert.True(policy.Endpoints.TryMatch("GET", "/things/1", out var endpoint, out _));

        Decision decision = await app.Services.GetRequiredService<Limiter>().CheckAsync(
            policy, new() { Account = new(AccountKind.Id, "a"), Method = "GET", Endpoint = endpoint, Cost = 2 });

        Assert.True(decision.Allowed);
        Assert.Equal(429, await app.StatusAsync("GET", "/things/1"));
    }

    [Fact]
    public async Task The_in_process_store_is_swept_while_the_app_runs()
    {
        await using TestApp app = await TestApp.StartAsync(new());
        await app.StatusAsync("GET", "/things/1");
        LivingGroups living = ((InProcessBucketStore)app.Services.GetRequiredService<IBucketStore>()).Living;
        Assert.Equal(2, living.Count);

        app.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(0, living.Count);
    }
}
