using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>Answers the calls to a remote limiter as a test defines, except for the empty batch at the start of an app.</summary>
internal sealed class StubHandler : HttpMessageHandler
{
    private readonly ConcurrentQueue<StubCall> _calls = new();
    private readonly SemaphoreSlim _arrived = new(0);

    /// <summary>Answers a call.</summary>
    public Func<StubCall, Task<HttpResponseMessage>> OnCall { get; set; } = call => Task.FromResult(Ok(call.AllAllowed));

    /// <summary>All calls so far.</summary>
    public IReadOnlyCollection<StubCall> Calls => _calls;

    public static HttpResponseMessage Ok(string json) => Of(HttpStatusCode.OK, json);

    public static HttpResponseMessage Of(HttpStatusCode status, string body) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    /// <summary>Waits for the next call that has not been waited for.</summary>
    public async Task<StubCall> NextAsync(int number)
    {
        await _arrived.WaitAsync();
        return _calls.ElementAt(number);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = new StubCall(request.RequestUri!, await request.Content!.ReadAsStringAsync(CancellationToken.None), cancellationToken);
        if (call.Accounts.Length == 0)
        {
            return Ok("[]"); // opens the connection when the app starts
        }

        _calls.Enqueue(call);
        _arrived.Release();
        return await OnCall(call);
    }
}

/// <summary>A call of a remote limiter.</summary>
internal sealed record StubCall(Uri Address, string Body, CancellationToken Cancellation)
{
    /// <summary>Ends a call that the stub holds.</summary>
    public TaskCompletionSource<HttpResponseMessage> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string[] Accounts =>
        [.. JsonNode.Parse(Body)!["checks"]!.AsArray().Select(check => AccountOf(check!))];

    /// <summary>The answer of a limiter that allows all requests of the batch.</summary>
    public string AllAllowed => Results(_ => true);

    /// <summary>The answer of a limiter that decides by the account.</summary>
    public string Results(Func<string, bool> allows) => new JsonArray(
    [
        .. JsonNode.Parse(Body)!["checks"]!.AsArray().Select(check => Result(
            check!["policy"]!.GetValue<string>(), allows(AccountOf(check)))),
    ]).ToJsonString();

    /// <summary>Waits for the answer, or the end of the call.</summary>
    public Task<HttpResponseMessage> HoldAsync() => Answer.Task.WaitAsync(Cancellation);

    private static string AccountOf(JsonNode check) => (check["account"] ?? check["ip"])!.GetValue<string>();

    private static JsonNode Result(string policy, bool allowed) => JsonNode.Parse(
        $$"""
        {"allowed":{{(allowed ? "true" : "false")}},"policy":"{{policy}}","reported":null,"deniedBy":[],"limits":[],
         "response":{"headers":{"X-Stub":"yes"},"body":null,"status":{{(allowed ? 200 : 429)}} } }
        """)!;
}
