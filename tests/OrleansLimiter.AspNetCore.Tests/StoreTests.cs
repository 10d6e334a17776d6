using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>A store that replaces the in-process store, and many requests at once.</summary>
public class StoreTests
{
    private static readonly TestAppSetup s_late = new()
    {
        Limiter = limiter => limiter.UseStore(services => new LateStore(services.GetRequiredService<LimiterClock>())),
    };

    [Fact]
    public async Task A_store_that_replies_later_decides()
    {
        await using TestApp app = await TestApp.StartAsync(s_late);

        Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));
        Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));
        Assert.Equal(429, await app.StatusAsync("GET", "/things/1"));
        Assert.Equal(200, await app.StatusAsync("GET", "/things/2"));
    }

    [Fact]
    public async Task Several_policies_take_no_permits_of_a_store_that_replies_later_if_one_refuses()
    {
        await using TestApp app = await TestApp.StartAsync(s_late with
        {
            Policies = [TestPolicies.Shop, TestPolicies.Users],
            Map = app =>
            {
                app.MapGet("/both", () => "").RequireLimit("shop").RequireLimit("users");
                app.MapGet("/shop", () => "").RequireLimit("shop");
            },
        });
        await app.StatusAsync("GET", "/both", "a", ("X-User", "u"));
        await app.StatusAsync("GET", "/both", "a", ("X-User", "u"));
        Assert.Equal(429, await app.StatusAsync("GET", "/both", "a", ("X-User", "u")));

        Assert.Equal(200, await app.StatusAsync("GET", "/shop"));
        Assert.Equal(429, await app.StatusAsync("GET", "/shop"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_of_many_requests_at_once_reads_its_own_decision(bool isLate)
    {
        var all = new TaskCompletionSource();
        int waiting = 0;
        await using TestApp app = await TestApp.StartAsync((isLate ? s_late : new()) with
        {
            Map = app => app.MapGet("/things/{id}", async (HttpContext context) =>
            {
                if (Interlocked.Increment(ref waiting) == 100)
                {
                    all.SetResult();
                }

                await all.Task;
                return context.Features.Get<IRateLimitFeature>()!.Readings[0].Account.Name;
            }),
        });
        for (int round = 0; round < 2; round++)
        {
            string[] accounts = [.. Enumerable.Range(0, 100).Select(number => $"account-{round}-{number}")];

            string[] read = await Task.WhenAll(accounts.Select(async account =>
                await (await app.SendAsync("GET", "/things/1", account)).Content.ReadAsStringAsync()));

            Assert.Equal(accounts, read);
        }
    }
}
