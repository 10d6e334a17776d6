using System.Net;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Http.Tests;

public class FailureTests
{
    [Fact]
    public async Task The_policy_decides_for_unavailable_groups()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(new LimiterHostSetup
        {
            Policies = [TestPolicies.Things, TestPolicies.Strict],
            Groups = new UnavailableBucketStore(),
        });

        using HttpResponseMessage passed = await host.CheckAsync("""{"policy":"things","account":"a","path":"/x"}""");
        using HttpResponseMessage refused = await host.CheckAsync("""{"policy":"strict","account":"a","path":"/x"}""");

        Assert.Equal(HttpStatusCode.OK, passed.StatusCode);
        Assert.Equal("unreachable", passed.Header("X-Limiter-Failure"));
        Assert.Null(passed.Header("X-Limit"));
        Assert.Equal(
            """{"allowed":true,"policy":"things","reported":null,"deniedBy":[],"limits":["""
            + """{"name":"account","scope":"account","allowed":null,"limit":null,"remaining":null,"windowMs":null,"nextAfterMs":null,"resetAfterMs":null,"retryAfterMs":null}]}""",
            await passed.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("unreachable", refused.Header("X-Limiter-Failure"));
        string metrics = await host.Admin.GetStringAsync("/metrics");
        Assert.Contains("\norleans_limiter_failure_decisions_total{policy=\"things\",reason=\"unreachable\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\norleans_limiter_failure_decisions_total{policy=\"strict\",reason=\"unreachable\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\norleans_limiter_decisions_total{policy=\"things\",limit=\"account\",outcome=\"failed\"} 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_failure_is_reported_to_a_proxy()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(new LimiterHostSetup
        {
            Policies = [TestPolicies.Strict],
            Groups = new UnavailableBucketStore(),
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/authorize/strict");
        request.Headers.Add("X-Forwarded-Method", "GET");
        request.Headers.Add("X-Forwarded-Uri", "/x");
        request.Headers.Add("X-Account", "a");

        using HttpResponseMessage answer = await host.Decisions.SendAsync(request);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("unreachable", answer.Header("X-Limiter-Failure"));
        Assert.Equal("not now, a", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_failure_is_reported_once_for_a_batch()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(new LimiterHostSetup
        {
            Policies = [TestPolicies.Things],
            Groups = new UnavailableBucketStore(),
        });

        using HttpResponseMessage answer = await host.Decisions.PostAsync(
            "/v1/check/batch", Json.Content("""[{"account":"a","path":"/x"},{"account":"b","path":"/x"}]"""));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("unreachable", answer.Header("X-Limiter-Failure"));
    }

    [Fact]
    public async Task The_bound_of_groups_is_a_separate_kind_of_failure()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(
            new LimiterHostSetup { Policies = [TestPolicies.Things], MaxGroups = 1 });
        using HttpResponseMessage first = await host.CheckAsync("""{"account":"a","path":"/x"}""");

        using HttpResponseMessage answer = await host.CheckAsync("""{"account":"b","path":"/x"}""");
        using HttpResponseMessage living = await host.CheckAsync("""{"account":"a","path":"/x"}""");

        Assert.Null(first.Header("X-Limiter-Failure"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("too-many-groups", answer.Header("X-Limiter-Failure"));
        Assert.Null(living.Header("X-Limiter-Failure"));
        Assert.Equal("1", living.Header("X-Remaining"));
        string metrics = await host.Admin.GetStringAsync("/metrics");
        Assert.Contains("\norleans_limiter_living_groups 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\norleans_limiter_group_bound_reached_total 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\norleans_limiter_failure_decisions_total{policy=\"things\",reason=\"too-many-groups\"} 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unexpected_exception_is_500_without_details_and_is_logged_once()
    {
        var overrides = new BreakableOverrides();
        await using LimiterHost host = await LimiterHost.StartAsync(new LimiterHostSetup
        {
            Policies = [TestPolicies.Things],
            Overrides = overrides,
        });

        overrides.AreBroken = true;
        using HttpResponseMessage answer = await host.CheckAsync("""{"account":"a","path":"/x"}""");
        overrides.AreBroken = false;

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal(
            """{"title":"Internal Server Error","status":500,"detail":"an internal error occurred; see the log of the limiter"}""",
            await answer.Content.ReadAsStringAsync());
        Assert.Equal(
            ["A request (POST, HTTP: POST /v1/check) failed; this is a bug. Failures not logged since the last entry: 0"],
            host.Log.At(LogLevel.Error));
        Assert.Contains(
            "\norleans_limiter_bad_requests_total{reason=\"fault\"} 1\n", await host.Admin.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unexpected_exceptions_of_many_requests_are_logged_once_a_second()
    {
        var overrides = new BreakableOverrides { AreBroken = true };
        await using LimiterHost host = await LimiterHost.StartAsync(new LimiterHostSetup
        {
            Policies = [TestPolicies.Things],
            Overrides = overrides,
        });

        for (int i = 0; i < 30; i++)
        {
            using HttpResponseMessage answer = await host.CheckAsync("""{"account":"a","path":"/x"}""");
        }

        host.Time.Advance(TimeSpan.FromSeconds(1));
        using HttpResponseMessage later = await host.CheckAsync("""{"account":"a","path":"/x"}""");
        overrides.AreBroken = false;

        string[] lines = [.. host.Log.At(LogLevel.Error)];
        Assert.Equal(2, lines.Length);
        Assert.EndsWith("Failures not logged since the last entry: 29", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exception_of_a_store_is_an_outage_for_callers_and_is_logged_once_a_second()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(new LimiterHostSetup
        {
            Policies = [TestPolicies.Things],
            Groups = new UnavailableBucketStore { OnAcquire = () => throw new InvalidOperationException("secret of the inside") },
        });

        using HttpResponseMessage first = await host.CheckAsync("""{"account":"a","path":"/x"}""");
        using HttpResponseMessage second = await host.CheckAsync("""{"account":"a","path":"/x"}""");
        host.Time.Advance(TimeSpan.FromSeconds(1));
        using HttpResponseMessage third = await host.CheckAsync("""{"account":"a","path":"/x"}""");

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK], [first.StatusCode, second.StatusCode, third.StatusCode]);
        Assert.Equal("unreachable", first.Header("X-Limiter-Failure"));
        Assert.Equal(
            [
                "The store failed, and on-failure decides; this is a bug. Failures not logged since the last entry: 0",
                "The store failed, and on-failure decides; this is a bug. Failures not logged since the last entry: 1",
            ],
            host.Log.At(LogLevel.Error));
    }

    [Fact]
    public async Task On_failure_decides_at_the_deadline_for_groups_without_a_reply()
    {
        var called = new TaskCompletionSource();
        await using LimiterHost host = await LimiterHost.StartAsync(new LimiterHostSetup
        {
            Policies = [TestPolicies.Things],
            Groups = new UnavailableBucketStore { OnAcquire = () => { called.SetResult(); return new(new TaskCompletionSource<GroupReply>().Task); } },
            Limiter = new() { Deadline = TimeSpan.FromMilliseconds(50) },
        });
        Task<HttpResponseMessage> asked = host.CheckAsync("""{"account":"a","path":"/x"}""");
        await called.Task;

        while (!asked.IsCompleted)
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(50)); // repeated, because the timer may not be set at the first advance
            await Task.Yield();
        }

        using HttpResponseMessage answer = await asked;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("unreachable", answer.Header("X-Limiter-Failure"));
    }

    [Fact]
    public async Task A_local_decision_in_an_outage_shows_its_readings_and_the_failure()
    {
        var time = new FakeTime();
        using var local = new InProcessBucketStore(new(time));
        await using LimiterHost host = await LimiterHost.StartAsync(new LimiterHostSetup
        {
            Policies = [TestPolicies.Things.Replace("on-failure: allow", "on-failure: { local: { share: 0.7 } }", StringComparison.Ordinal)],
            Groups = new UnavailableBucketStore(),
            Limiter = new() { Local = local },
        });

        using HttpResponseMessage first = await host.CheckAsync("""{"account":"a","path":"/x"}""");
        using HttpResponseMessage second = await host.CheckAsync("""{"account":"a","path":"/x"}""");
        using HttpResponseMessage third = await host.CheckAsync("""{"account":"a","path":"/x"}""");

        Assert.Equal(("2", "1"), (first.Header("X-Limit"), first.Header("X-Remaining")));
        Assert.Equal(("2", "0"), (second.Header("X-Limit"), second.Header("X-Remaining")));
        Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
        Assert.Equal("60", third.Header("Retry-After"));
        Assert.Equal("unreachable", third.Header("X-Limiter-Failure"));
        string metrics = await host.Admin.GetStringAsync("/metrics");
        Assert.Contains("\norleans_limiter_failure_decisions_total{policy=\"things\",reason=\"unreachable\"} 3\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\norleans_limiter_decisions_total{policy=\"things\",limit=\"account\",outcome=\"refused\"} 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disconnected_caller_is_not_an_error()
    {
        var called = new TaskCompletionSource();
        var answer = new TaskCompletionSource<GroupReply>();
        await using LimiterHost host = await LimiterHost.StartAsync(new LimiterHostSetup
        {
            Policies = [TestPolicies.Things],
            Groups = new UnavailableBucketStore { OnAcquire = () => { called.SetResult(); return new(answer.Task); } },
        });
        using var hangUp = new CancellationTokenSource();
        using HttpContent body = Json.Content("""{"account":"a","path":"/x"}""");
        Task<HttpResponseMessage> asked = host.Decisions.PostAsync("/v1/check", body, hangUp.Token);
        await called.Task;

        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        answer.SetResult(GroupReply.Unavailable());

        Assert.Equal("""{"status":"healthy"}""", await host.Decisions.GetStringAsync("/healthz"));
        Assert.Empty(host.Log.At(LogLevel.Error));
    }

    private sealed class BreakableOverrides : IOverrides
    {
        public bool AreBroken { get; set; }

        public OverrideTables Current =>
            AreBroken ? throw new InvalidOperationException("secret of the inside") : OverrideTables.Empty;

        public ValueTask<OverrideReply> SetAsync(Override change) => throw new NotSupportedException();

        public ValueTask<int> RemoveAsync(Account account, string policy, string limit) => throw new NotSupportedException();
    }
}
