using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>What an app can read about a decision.</summary>
public class FeatureTests
{
    private readonly ConcurrentQueue<(bool Allowed, RateLimitReading[] Readings, RateLimitReading? Refused, TimeSpan? RetryAfter)> _seen =
        new();

    // aspnetcore #45407
    [Fact]
    public async Task A_refusal_tells_which_limit_refused_and_when_to_retry()
    {
        await using TestApp app = await TestApp.StartAsync(new() { Configure = Record });
        for (int i = 0; i < 3; i++)
        {
            await app.StatusAsync("GET", "/things/1");
        }

        (bool allowed, RateLimitReading[] readings, RateLimitReading? refused, TimeSpan? retryAfter) = _seen.Last();

        Assert.False(allowed);
        Assert.Equal("burst", refused?.Limit);
        Assert.Equal("shop", refused?.Policy);
        Assert.Equal(TimeSpan.FromSeconds(10), retryAfter);
        Assert.Equal(["account 1/3 True", "burst 0/2 False"], readings.Select(Text));
    }

    [Fact]
    public async Task An_endpoint_reads_every_limit_that_applied()
    {
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Map = app => app.MapGet("/things/{id}", (HttpContext context) =>
                string.Join(", ", context.Features.Get<IRateLimitFeature>()!.Readings.Select(Text))),
        });

        Assert.Equal("account 2/3 True, burst 1/2 True", await (await app.SendAsync("GET", "/things/1")).Content.ReadAsStringAsync());
        Assert.Equal("account 1/3 True, burst 1/2 True", await (await app.SendAsync("GET", "/things/2")).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_endpoint_without_limits_has_no_feature()
    {
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Map = app => app.MapGet("/free", (HttpContext context) => context.Features.Get<IRateLimitFeature>() is null).DisableLimits(),
        });

        Assert.Equal("true", await (await app.SendAsync("GET", "/free")).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_decision_by_on_failure_names_the_reason()
    {
        string? failure = null;
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Limiter = limiter => limiter.UseStore(_ => new SilentStore()),
            Configure = options => options.OnDecision = (_, feature) => failure = feature.Failure,
        });

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/1");

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("unreachable", failure);
        Assert.Equal("unreachable", response.Headers.GetValues("X-Limiter-Failure").Single());
    }

    private static string Text(RateLimitReading reading) => $"{reading.Limit} {reading.Remaining}/{reading.Permits} {reading.Allowed}";

    private void Record(OrleansLimiterOptions options) => options.OnDecision = (_, feature) =>
        _seen.Enqueue((feature.Allowed, [.. feature.Readings], feature.Refused, feature.RetryAfter));
}
