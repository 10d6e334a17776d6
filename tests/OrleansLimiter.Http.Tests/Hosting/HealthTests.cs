using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace OrleansLimiter.Http.Tests;

/// <summary>The whole responses of <c>/healthz</c> and <c>/readyz</c>, which are contracts with probes.</summary>
public sealed class HealthTests
{
    [Theory]
    [InlineData("/healthz", """{"status":"healthy"}""")]
    [InlineData("/readyz", """{"status":"ready"}""")]
    public async Task A_host_that_can_decide_is_healthy_and_ready(string path, string body)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        foreach (HttpClient address in (HttpClient[])[host.Decisions, host.Admin])
        {
            using HttpResponseMessage get = await address.GetAsync(path);
            using HttpResponseMessage head = await address.SendAsync(new(HttpMethod.Head, path));

            Assert.Equal(body, await get.Content.ReadAsStringAsync());
            Assert.Equal("", await head.Content.ReadAsStringAsync());
            Assert.All([get, head], answer =>
            {
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());
                Assert.Equal(body.Length, answer.Content.Headers.ContentLength);
                Assert.Equal(["Cache-Control", "Date"], answer.Headers.Select(header => header.Key).Order(StringComparer.Ordinal));
                Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
            });
        }
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task Other_methods_are_refused(string path)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage answer = await host.Decisions.PostAsync(path, null);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["GET", "HEAD"], answer.Content.Headers.Allow);
        Assert.Equal(
            """{"title":"Method Not Allowed","status":405,"detail":"this call supports only GET, HEAD"}""",
            await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_host_that_cannot_decide_reports_the_failed_checks_and_is_still_healthy()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(new LimiterHostSetup
        {
            Policies = [TestPolicies.Things],
            Services = services => services.AddHealthChecks()
                .AddCheck("store", () => HealthCheckResult.Unhealthy("nobody answers"))
                .AddCheck("slow", () => HealthCheckResult.Degraded("it takes long"))
                .AddCheck("broken", () => throw new InvalidOperationException("a bug")),
        });

        using HttpResponseMessage ready = await host.Decisions.GetAsync("/readyz");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("application/problem+json", ready.Content.Headers.ContentType!.ToString());
        Assert.Equal(["Date", "X-Content-Type-Options"], ready.Headers.Select(header => header.Key).Order(StringComparer.Ordinal));
        Assert.Equal(
            """{"title":"Service Unavailable","status":503,"detail":"store: nobody answers; broken: a bug"}""",
            await ready.Content.ReadAsStringAsync());
        Assert.Equal("""{"status":"healthy"}""", await host.Decisions.GetStringAsync("/healthz"));
    }

    [Fact]
    public async Task A_host_that_is_stopping_is_not_ready_and_decides_with_connection_close()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        const string Check = """{"policy":"things","account":"acme","path":"/v1/things"}""";

        using HttpResponseMessage before = await host.CheckAsync(Check);
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        using HttpResponseMessage after = await host.CheckAsync(Check);
        using HttpResponseMessage ready = await host.Admin.GetAsync("/readyz");

        Assert.Equal((HttpStatusCode.OK, null), (before.StatusCode, before.Headers.ConnectionClose));
        Assert.Equal((HttpStatusCode.OK, true), (after.StatusCode, after.Headers.ConnectionClose));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (ready.StatusCode, ready.Headers.ConnectionClose));
        Assert.Equal(
            """{"title":"Service Unavailable","status":503,"detail":"limiter: the host is stopping"}""",
            await ready.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_host_that_is_slow_but_can_decide_is_ready()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(new LimiterHostSetup
        {
            Policies = [TestPolicies.Things],
            Services = services => services.AddHealthChecks().AddCheck("slow", () => HealthCheckResult.Degraded("it takes long")),
        });

        Assert.Equal("""{"status":"ready","detail":"slow: it takes long"}""", await host.Decisions.GetStringAsync("/readyz"));
    }
}
