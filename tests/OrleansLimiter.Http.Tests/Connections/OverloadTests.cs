using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansLimiter.Http.Tests;

public class OverloadTests
{
    [Fact]
    public async Task A_long_batch_is_503_with_Retry_After_while_no_memory_is_left_and_consumes_nothing()
    {
        await using LimiterHost host = await StartAsync(options => options.MaxBufferedBytes = 100_000);
        BufferBudget budget = host.Services.GetRequiredService<BufferBudget>();
        Assert.True(budget.TryReserve(100_000));
        string batch = $"[{string.Join(',', Enumerable.Repeat("""{"policy":"things","account":"a","path":"/x"}""", 200))}]";

        using HttpResponseMessage refused = await host.Decisions.PostAsync("/v1/check/batch", Json.Content(batch));
        using HttpResponseMessage check = await host.CheckAsync("""{"policy":"things","account":"b","path":"/x"}""");
        string metrics = await host.Admin.GetStringAsync("/metrics");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "1"), (refused.StatusCode, refused.Header("Retry-After")));
        Assert.Equal(
            """{"title":"Service Unavailable","status":503,"detail":"""
            + "\"the limiter has no memory for another long request; nothing was acquired; try again later\"}",
            await refused.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, check.StatusCode);
        Assert.Contains("\norleans_limiter_living_groups 1\n", metrics, StringComparison.Ordinal); // of account b
        Assert.Contains("\norleans_limiter_bad_requests_total{reason=\"overloaded\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\norleans_limiter_buffered_bytes 100000\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_batch_returns_its_memory_with_the_response()
    {
        await using LimiterHost host = await StartAsync(_ => { });
        string batch = $"[{string.Join(',', Enumerable.Repeat("""{"policy":"things","account":"a","path":"/x"}""", 1_000))}]";

        using HttpResponseMessage answer = await host.Decisions.PostAsync("/v1/check/batch", Json.Content(batch));
        await answer.Content.ReadAsStringAsync();
        using HttpResponseMessage next = await host.Decisions.PostAsync("/v1/check/batch", Json.Content("[]")); // after the end of the first

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (answer.StatusCode, next.StatusCode));
        Assert.Equal(0, host.Services.GetRequiredService<BufferBudget>().Reserved);
    }

    [Fact]
    public async Task A_body_that_does_not_arrive_is_408()
    {
        await using LimiterHost host = await StartAsync(options => options.RequestTimeout = TimeSpan.FromSeconds(1));

        string answer = await RawHttp.SendHalfAsync(
            host.Decisions, $"POST /v1/check HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{new string(' ', 99_999)}");

        Assert.StartsWith("HTTP/1.1 408 Request Timeout\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.Equal("""{"title":"Request Timeout","status":408,"detail":"the body arrives too slowly"}""", RawHttp.Body(answer));
        string metrics = await host.Admin.GetStringAsync("/metrics");
        Assert.Contains("\norleans_limiter_bad_requests_total{reason=\"timeout\"} 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_that_do_not_arrive_are_408()
    {
        await using LimiterHost host = await StartAsync(options => options.RequestTimeout = TimeSpan.FromSeconds(1));

        string answer = await RawHttp.SendAsync(host.Decisions, "POST /v1/check HTTP/1.1\r\nHost: x\r\n");

        Assert.StartsWith("HTTP/1.1 408 Request Timeout\r\n", answer, StringComparison.Ordinal);
        string metrics = await host.Admin.GetStringAsync("/metrics");
        Assert.Contains("\norleans_limiter_refused_requests_total{status=\"408\"} 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_that_the_server_refuses_are_counted_by_status()
    {
        await using LimiterHost host = await StartAsync(_ => { });

        _ = await RawHttp.SendAsync(host.Decisions, "GET\r\n\r\n");
        _ = await RawHttp.SendAsync(host.Decisions, "GET / HTTP/1.1\r\n\r\n");
        _ = await RawHttp.SendAsync(host.Decisions, $"GET /{new string('a', 10_000)} HTTP/1.1\r\nHost: x\r\n\r\n");
        _ = await RawHttp.SendAsync(host.Decisions, $"GET / HTTP/1.1\r\nHost: x\r\nA: {new string('a', 40_000)}\r\n\r\n");
        string metrics = await host.Admin.GetStringAsync("/metrics");

        Assert.Contains("\norleans_limiter_refused_requests_total{status=\"400\"} 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\norleans_limiter_refused_requests_total{status=\"414\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\norleans_limiter_refused_requests_total{status=\"431\"} 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_that_closes_the_connection_in_the_middle_of_a_body_logs_nothing()
    {
        await using LimiterHost host = await StartAsync(_ => { });
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(host.Decisions.BaseAddress!.Host, host.Decisions.BaseAddress.Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("POST /v1/check HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"));
            client.LingerState = new(true, 0); // a reset
        }

        using HttpResponseMessage next = await host.CheckAsync("""{"policy":"things","account":"b","path":"/x"}""");

        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        Assert.Empty(host.Log.At(Microsoft.Extensions.Logging.LogLevel.Error));
    }

    private static Task<LimiterHost> StartAsync(Action<LimiterHttpOptions> configure) =>
        LimiterHost.StartAsync(new LimiterHostSetup { Policies = [TestPolicies.Things], Configure = configure });
}
