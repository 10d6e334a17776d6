using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>Mistakes in an app with a remote limiter that its start reports.</summary>
public class RemoteStartTests
{
    private static readonly Action<RemoteLimiterOptions> s_stub = options =>
    {
        options.Addresses.Add("http://limiter:8080");
        options.CreateHandler = _ => new StubHandler();
    };

    [Theory]
    [InlineData("limiter:8080")]
    [InlineData("")]
    [InlineData("/limiter")]
    [InlineData("ftp://limiter")]
    [InlineData("http://")]
    [InlineData("http://user:secret@limiter")]
    [InlineData("http://limiter?a=b")]
    [InlineData("http://limiter#a")]
    [InlineData("http://limiter:99999")]
    public async Task An_invalid_address_stops_the_start(string address)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(options => options.Addresses.Add(address)));

        Assert.Equal(
            $"'{address}' is not the address of a limiter; give http:// or https://, a host and a port, such as http://limiter:8080",
            Assert.Single(error.Failures));
    }

    [Theory]
    [InlineData("http://limiter:8080", "http://limiter:8080/v1/check/batch")]
    [InlineData("https://[::1]:8443/", "https://[::1]:8443/v1/check/batch")]
    [InlineData("http://gateway/limits/", "http://gateway/limits/v1/check/batch")]
    public void An_address_can_have_a_path(string address, string call)
    {
        Assert.True(RemoteLimiterOptionsValidator.TryParse(address, out Uri uri));
        Assert.Equal(call, uri.AbsoluteUri);
    }

    [Fact]
    public async Task All_errors_of_the_options_are_listed()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(options =>
            (options.Deadline, options.MaxBatch) = (TimeSpan.FromSeconds(11), 1_001)));

        Assert.Equal(
            [
                "no address of the remote limiter is given; give one such as http://limiter:8080",
                "the deadline of the remote limiter is 11000 ms; it must be from 1 ms to 10 s",
                "MaxBatch of the remote limiter is 1001; it must be from 1 to 1000",
            ],
            error.Failures);
    }

    [Fact]
    public async Task What_a_remote_limiter_cannot_decide_stops_the_start_and_all_is_listed()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(s_stub, app =>
        {
            app.MapGet("/whole", () => "").RequireLimit("shop");
            app.MapGet("/one", () => "").RequireLimit("shop/burst");
            app.MapGet("/costs", () => "").RequireLimit("shop").RequireLimit("shop/burst", cost: 2);
            app.MapGet("/both", () => "").RequireLimit("shop").RequireLimit("users");
        }));

        Assert.Equal(
            "The limiter cannot enforce what the app requires: "
            + "the endpoint 'HTTP: GET /one': only the limit burst of the policy shop applies, and a remote limiter decides whole policies; "
            + "require 'shop', or write a policy file with this limit only; "
            + "the endpoint 'HTTP: GET /costs': limits of the policy shop have different costs, and a remote limiter takes one cost from all "
            + "limits of a policy; give them one cost, or write them in two policy files and require one of them; "
            + "the endpoint 'HTTP: GET /both': the policies shop, users apply together, and a remote limiter decides one policy for each "
            + "request; require one of them, or write their limits in one policy file",
            error.Message);
    }

    [Fact]
    public async Task The_only_limit_of_a_policy_is_the_whole_policy()
    {
        await using TestApp app = await StartAsync(s_stub, app => app.MapGet("/x", () => "").RequireLimit("users/user", cost: 2));

        Assert.Equal(200, await app.StatusAsync("GET", "/x"));
        Assert.Empty(app.Log.At(LogLevel.Error));
    }

    [Fact]
    public async Task Two_global_policies_are_reported_once()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestApp.StartAsync(new()
        {
            Policies = [TestPolicies.Shop, TestPolicies.Users],
            Configure = options => (options.GlobalPolicies as List<string>)!.AddRange(["shop", "users"]),
            Limiter = limiter => limiter.UseRemote(s_stub),
            Map = app => { app.MapGet("/a", () => ""); app.MapGet("/b", () => ""); },
        }));

        Assert.Equal(
            "The limiter cannot enforce what the app requires: the policies shop, users apply together, and a remote limiter decides one "
            + "policy for each request; require one of them, or write their limits in one policy file",
            error.Message);
    }

    [Fact]
    public async Task A_store_that_is_chosen_after_the_remote_limiter_stops_the_start()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestApp.StartAsync(new()
        {
            Limiter = limiter => limiter.UseRemote(s_stub).UseStore(_ => new SilentStore()),
        }));

        Assert.Contains("call UseRemote, or the other method", error.Message);
    }

    [Fact]
    public async Task A_remote_limiter_that_is_chosen_after_a_store_decides()
    {
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Limiter = limiter => limiter.UseStore(_ => new SilentStore()).UseRemote(s_stub),
        });

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/1");

        Assert.Equal("yes", response.Headers.GetValues("X-Stub").Single());
    }

    [Fact]
    public async Task A_policy_that_gets_a_second_limit_while_the_app_runs_is_decided_by_on_failure_and_logged()
    {
        await using TestApp app = await StartAsync(s_stub, app => app.MapGet("/x", () => "").RequireLimit("users/user"));
        app.Replace(
            TestPolicies.Users.Replace("generation: 1", "generation: 2").Replace(
                "window: 60s }", "window: 60s }\n  - { name: hour, scope: account, algorithm: fixed-window, permits: 9, window: 1h }"),
            index: 1);
        HttpResponseMessage response = await app.SendAsync("GET", "/x");
        while (!response.Headers.Contains("X-Limiter-Failure"))
        {
            app.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
            response = await app.SendAsync("GET", "/x");
        }

        Assert.Equal(200, (int)response.StatusCode);
        Assert.StartsWith("On-failure decides: only the limit user of the policy users applies", app.Log.At(LogLevel.Error).First());
    }

    private static Task<TestApp> StartAsync(Action<RemoteLimiterOptions> remote, Action<WebApplication>? map = null) => TestApp.StartAsync(new()
    {
        Policies = [TestPolicies.Shop, TestPolicies.Users],
        Limiter = limiter => limiter.UseRemote(remote),
        Map = map ?? new TestAppSetup().Map,
    });
}
