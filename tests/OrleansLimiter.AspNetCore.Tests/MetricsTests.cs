using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>What an app counts on the meter <c>OrleansLimiter</c>.</summary>
public class MetricsTests
{
    [Fact]
    public async Task Decisions_of_the_middleware_are_counted_by_policy_limit_and_outcome()
    {
        await using TestApp app = await TestApp.StartAsync(new());
        for (int i = 0; i < 3; i++)
        {
            await app.StatusAsync("GET", "/things/1");
        }

        await app.StatusAsync("GET", "/things/2", "b", ("X-Plan", "gold"));

        Assert.Equal(
            [
                "limit=account,outcome=allowed,policy=shop 4",
                "limit=burst,outcome=allowed,policy=shop 3",
                "limit=burst,outcome=refused,policy=shop 1",
            ],
            Read(app, "orleans_limiter.decisions", "allowed", "refused"));
        Assert.Equal(["policy=shop 1"], Read(app, "orleans_limiter.unknown_attribute_values"));
    }

    [Fact]
    public async Task Limits_of_several_policies_and_of_parts_of_policies_are_counted_each()
    {
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Policies = [TestPolicies.Shop, TestPolicies.Users],
            Map = app => app.MapGet("/both", () => "").RequireLimit("shop/account").RequireLimit("users"),
        });
        await app.StatusAsync("GET", "/both", "a", ("X-User", "u"));
        app.Replace(TestPolicies.Users.Replace("generation: 1", "generation: 2"), 1);
        app.Time.Advance(TimeSpan.FromSeconds(1));
        await app.StatusAsync("GET", "/both", "a", ("X-User", "u"));

        Assert.Equal(
            ["limit=account,outcome=allowed,policy=shop 2", "limit=user,outcome=allowed,policy=users 2"],
            Read(app, "orleans_limiter.decisions", "allowed"));
    }

    [Fact]
    public async Task Decisions_by_on_failure_are_counted_by_reason()
    {
        await using TestApp app = await TestApp.StartAsync(new() { Limiter = limiter => limiter.UseStore(_ => new SilentStore()) });
        await app.StatusAsync("GET", "/other");

        Assert.Equal(["limit=account,outcome=failed,policy=shop 1"], Read(app, "orleans_limiter.decisions", "failed"));
        Assert.Contains("policy=shop,reason=unreachable 1", Read(app, "orleans_limiter.failure_decisions"));
    }

    [Fact]
    public async Task Checks_by_the_name_of_a_policy_are_counted_with_those_of_requests()
    {
        await using TestApp app = await TestApp.StartAsync(new());
        Limiter limiter = app.Services.GetRequiredService<Limiter>();
        await limiter.CheckAsync("shop", new("a"));
        await limiter.CheckAsync("shop", new("a") { Peek = true });
        await app.StatusAsync("GET", "/other");

        Assert.Equal(["limit=account,outcome=allowed,policy=shop 2"], Read(app, "orleans_limiter.decisions", "allowed"));
        Assert.Equal(["policy=shop 1"], Read(app, "orleans_limiter.peeks"));
    }

    [Fact]
    public async Task Leases_of_rate_limiters_are_counted_with_decisions_on_requests()
    {
        await using TestApp app = await TestApp.StartAsync(new());
        using RateLimiter limiter = app.Services.GetRequiredService<PolicyRateLimiters>().ForAccount(
            new() { Limits = "shop/account", Account = new(AccountKind.Id, "a") });
        using RateLimitLease permit = await limiter.AcquireAsync(1, TestContext.Current.CancellationToken);
        using RateLimitLease question = limiter.AttemptAcquire(0);
        await app.StatusAsync("GET", "/other");

        Assert.Equal(["limit=account,outcome=allowed,policy=shop 2"], Read(app, "orleans_limiter.decisions", "allowed"));
        Assert.Equal(["policy=shop 1"], Read(app, "orleans_limiter.peeks"));
    }

    [Fact]
    public async Task An_app_with_a_remote_limiter_counts_the_decisions_of_on_failure()
    {
        var stub = new StubHandler();
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Limiter = limiter => limiter.UseRemote(options =>
            {
                options.Addresses.Add("http://limiter:8080");
                options.CreateHandler = _ => stub;
            }),
        });
        await app.StatusAsync("GET", "/other");
        Assert.Empty(Read(app, "orleans_limiter.decisions"));

        stub.OnCall = _ => throw new HttpRequestException("it is down");
        await app.StatusAsync("GET", "/other");

        Assert.Equal(["limit=account,outcome=failed,policy=shop 1"], Read(app, "orleans_limiter.decisions"));
    }

    // Without zeros. The meters of other apps of the tests have another scope.
    private static string[] Read(TestApp app, string instrument, params string[] outcomes)
    {
        object scope = app.Services.GetRequiredService<IMeterFactory>();
        List<string> lines = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (published, listener) =>
            {
                if (published.Name == instrument && published.Meter.Name == "OrleansLimiter" && ReferenceEquals(published.Meter.Scope, scope))
                {
                    listener.EnableMeasurementEvents(published);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            var labels = tags.ToArray().OrderBy(tag => tag.Key, StringComparer.Ordinal).ToArray();
            if (value > 0 && (outcomes.Length == 0 || labels.Any(label => outcomes.Contains(label.Value))))
            {
                lines.Add($"{string.Join(',', labels.Select(label => $"{label.Key}={label.Value}"))} {value}");
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return [.. lines.Order(StringComparer.Ordinal)];
    }
}
