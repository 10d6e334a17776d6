using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.AspNetCore.Tests.RateLimiters;

/// <summary>The limiter of requests as the global limiter of the built-in middleware.</summary>
public class BuiltInMiddlewareTests
{
    /// <summary>An app with the built-in middleware.</summary>
    internal static TestAppSetup Setup { get; } = new()
    {
        Limiter = limiter => limiter.UseBuiltInMiddleware(),
        Use = app => app.UseRateLimiter(),
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refusal_has_the_status_the_headers_and_the_body_of_the_policy(bool isLate)
    {
        await using TestApp app = await TestApp.StartAsync(Setup with
        {
            Limiter = limiter => UseStore(limiter.UseBuiltInMiddleware(), isLate),
        });
        Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));
        Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/1");

        Assert.Equal(429, (int)response.StatusCode);
        Assert.Equal("10", response.Headers.GetValues("Retry-After").Single());
        Assert.Equal("1", response.Headers.GetValues("X-Remaining").Single());
        Assert.Equal("slow down, a", await response.Content.ReadAsStringAsync());
        Assert.Equal(200, await app.StatusAsync("GET", "/things/2"));
        Assert.Equal(429, await app.StatusAsync("GET", "/things/3"));
    }

    [Fact]
    public async Task Callbacks_of_the_app_write_the_body_only()
    {
        await using TestApp app = await TestApp.StartAsync(Setup with
        {
            Services = services => services.AddRateLimiter(options => options.OnRejected = async (context, cancellationToken) =>
                await context.HttpContext.Response.WriteAsync(
                    context.Lease.TryGetMetadata(MetadataName.ReasonPhrase, out string? reason) ? reason! : "", cancellationToken)),
        });
        await app.StatusAsync("GET", "/things/1");
        await app.StatusAsync("GET", "/things/1");

        using HttpResponseMessage refused = await app.SendAsync("GET", "/things/1");
        using HttpResponseMessage invalid = await app.SendAsync("GET", "/things/1", headers: ("X-Account", "b"));

        Assert.Equal(429, (int)refused.StatusCode);
        Assert.Equal("10", refused.Headers.GetValues("Retry-After").Single());
        Assert.Equal("the limit 'burst' of the policy 'shop' is exceeded", await refused.Content.ReadAsStringAsync());
        Assert.Equal(400, (int)invalid.StatusCode);
        Assert.StartsWith("the header X-Account", await invalid.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_invalid_identity_is_400_and_takes_no_permits()
    {
        await using TestApp app = await TestApp.StartAsync(Setup with { Policies = [TestPolicies.Routes] });

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/1", account: null);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains(
            "the policy 'routes' finds no account: the header X-Account is missing", await response.Content.ReadAsStringAsync());
        Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));
        Assert.Equal(429, await app.StatusAsync("GET", "/things/1"));
    }

    [Fact]
    public async Task Metadata_and_costs_of_endpoints_apply()
    {
        await using TestApp app = await TestApp.StartAsync(Setup with
        {
            Map = app =>
            {
                app.MapGet("/dear", (HttpContext context) => context.Features.Get<IRateLimitFeature>()!.Readings[0].Remaining)
                    .RequireLimit("shop/account", cost: 2);
                app.MapGet("/free", () => "").DisableLimits();
                app.MapGet("/off", () => "").DisableRateLimiting();
            },
        });

        Assert.Equal("1", await (await app.SendAsync("GET", "/dear")).Content.ReadAsStringAsync());
        Assert.Equal(429, await app.StatusAsync("GET", "/dear"));
        Assert.Equal(200, await app.StatusAsync("GET", "/free"));
        Assert.Equal(200, await app.StatusAsync("GET", "/off"));
    }

    [Fact]
    public async Task A_limiter_of_the_app_is_asked_first_and_takes_no_permits_of_the_policy()
    {
        await using TestApp app = await TestApp.StartAsync(Setup with
        {
            Services = services => services.AddRateLimiter(options =>
                options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, bool>(context =>
                    context.Request.Query.ContainsKey("blocked")
                        ? RateLimitPartition.Get(true, _ => new Closed())
                        : RateLimitPartition.GetNoLimiter(false))),
        });

        Assert.Equal(503, await app.StatusAsync("GET", "/things/1?blocked"));
        using HttpResponseMessage response = await app.SendAsync("GET", "/things/1");

        Assert.Equal("2", response.Headers.GetValues("X-Remaining").Single());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_limiter_of_the_app_counts_each_request_once(bool isLate)
    {
        await using TestApp app = await TestApp.StartAsync(Setup with
        {
            Limiter = limiter => UseStore(limiter.UseBuiltInMiddleware(), isLate),
            Services = services => services.AddRateLimiter(options =>
                options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, int>(_ => RateLimitPartition.GetFixedWindowLimiter(
                    0, _ => new() { PermitLimit = 2, Window = TimeSpan.FromDays(1), AutoReplenishment = false }))),
        });

        Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));
        Assert.Equal(200, await app.StatusAsync("GET", "/things/2"));
        Assert.Equal(503, await app.StatusAsync("GET", "/things/3"));
    }

    [Fact]
    public async Task An_error_page_does_not_count_a_request_twice()
    {
        await using TestApp app = await TestApp.StartAsync(Setup with
        {
            Before = app => app.UseExceptionHandler("/error"),
            Map = app =>
            {
                app.MapGet("/fail", string () => throw new InvalidOperationException());
                app.MapGet("/error", () => "an error page");
                app.MapGet("/read", () => "");
            },
        });

        Assert.Equal(500, await app.StatusAsync("GET", "/fail"));

        using HttpResponseMessage response = await app.SendAsync("GET", "/read");
        Assert.Equal("1", response.Headers.GetValues("X-Remaining").Single());
    }

    [Fact]
    public async Task An_endpoint_that_asks_for_more_permits_gets_them_counted()
    {
        await using TestApp app = await TestApp.StartAsync(Setup with
        {
            Map = app => app.MapGet("/more", async (HttpContext context, PolicyRateLimiters limiters) =>
            {
                using RateLimitLease lease = await limiters.Requests.AcquireAsync(context, 1, context.RequestAborted);
                return $"{lease.IsAcquired} {limiters.Requests.GetStatistics(context)!.CurrentAvailablePermits}";
            }),
        });

        Assert.Equal("True 1", await (await app.SendAsync("GET", "/more")).Content.ReadAsStringAsync());
        Assert.Equal("False 0", await (await app.SendAsync("GET", "/more")).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_request_that_the_built_in_middleware_has_counted_is_not_counted_by_ours()
    {
        await using TestApp app = await TestApp.StartAsync(Setup with { Use = app => app.UseRateLimiter().UseOrleansLimiter() });

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/1");

        Assert.Equal("2", response.Headers.GetValues("X-Remaining").Single());
    }

    [Fact]
    public async Task Whatever_callers_send_is_no_server_error()
    {
        await using TestApp app = await TestApp.StartAsync(Setup with { Policies = [TestPolicies.Routes] });
        string[] targets = ["/things/%", "/things/%00", "/things/a%2Fb", "//things///1", "/?%%%", "/things/" + new string('a', 7_000)];
        foreach (string target in targets)
        {
            foreach (string account in (string[])["", " ", new string('a', 257), "a,b", "\u00E9", "a\r\nX-Account: b"])
            {
                string response = await RawHttp.SendAsync(
                    app.Client.BaseAddress!, $"GET {target} HTTP/1.1\r\nHost: a\r\nX-Account: {account}\r\nConnection: close\r\n\r\n");

                Assert.Matches("^HTTP/1.1 (200|400|404|429) ", response);
            }
        }

        Assert.Empty(app.Log.At(LogLevel.Error));
    }

    /// <summary>Replaces the store by one that replies later.</summary>
    internal static void UseStore(LimiterBuilder limiter, bool isLate)
    {
        if (isLate)
        {
            limiter.UseStore(services => new LateStore(services.GetRequiredService<LimiterClock>()));
        }
    }

    private sealed class Closed : RateLimiter
    {
        public override TimeSpan? IdleDuration => null;

        public override RateLimiterStatistics? GetStatistics() => null;

        protected override RateLimitLease AttemptAcquireCore(int permitCount) => new Refused();

        protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
            new(new Refused());

        private sealed class Refused : RateLimitLease
        {
            public override bool IsAcquired => false;

            public override IEnumerable<string> MetadataNames => [];

            public override bool TryGetMetadata(string metadataName, out object? metadata)
            {
                metadata = null;
                return false;
            }
        }
    }
}
