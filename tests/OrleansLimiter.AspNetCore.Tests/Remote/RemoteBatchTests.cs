using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>Concurrent requests are joined into calls.</summary>
public class RemoteBatchTests
{
    private readonly StubHandler _stub = new() { OnCall = call => call.HoldAsync() };

    [Fact]
    public async Task A_request_is_sent_at_once_while_four_calls_at_most_are_under_way()
    {
        await using TestApp app = await StartAsync();
        StubCall[] calls = await BeginAsync(app, count: 4);

        Assert.Equal(["0", "1", "2", "3"], calls.Select(call => Assert.Single(call.Accounts)));
    }

    [Fact]
    public async Task Requests_that_arrive_during_calls_are_one_call_and_each_has_its_own_decision()
    {
        await using TestApp app = await StartAsync();
        StubCall[] held = await BeginAsync(app, count: 4);
        Task<RemoteDecision>[] waiting = [.. Enumerable.Range(0, 50).Select(number => CheckAsync(app, $"w{number}"))];

        held[0].Answer.SetResult(StubHandler.Ok(held[0].AllAllowed));
        StubCall next = await _stub.NextAsync(4);
        next.Answer.SetResult(StubHandler.Ok(next.Results(account => account is not ("w7" or "w49"))));
        RemoteDecision[] decisions = await Task.WhenAll(waiting);

        Assert.Equal(Enumerable.Range(0, 50).Select(number => $"w{number}"), next.Accounts);
        Assert.Equal([7, 49], Enumerable.Range(0, 50).Where(number => !decisions[number].Allowed));
    }

    [Fact]
    public async Task A_call_has_at_most_the_maximum_number_of_requests()
    {
        await using TestApp app = await StartAsync(options => options.MaxBatch = 20);
        StubCall[] held = await BeginAsync(app, count: 4);
        Task<RemoteDecision>[] waiting = [.. Enumerable.Range(0, 50).Select(number => CheckAsync(app, $"w{number}"))];
        _stub.OnCall = call => Task.FromResult(StubHandler.Ok(call.AllAllowed));

        held[0].Answer.SetResult(StubHandler.Ok(held[0].AllAllowed));
        await Task.WhenAll(waiting);

        Assert.Equal([20, 20, 10], _stub.Calls.Skip(4).Select(call => call.Accounts.Length));
    }

    [Fact]
    public async Task A_call_is_not_longer_than_a_limiter_accepts()
    {
        await using TestApp app = await StartAsync();
        StubCall[] held = await BeginAsync(app, count: 4);
        string longName = new('ü', 250); // 1,500 bytes as JSON
        Task<RemoteDecision>[] waiting = [.. Enumerable.Range(0, 1_000).Select(number => CheckAsync(app, $"{longName}{number}"))];
        _stub.OnCall = call => Task.FromResult(StubHandler.Ok(call.AllAllowed));

        held[0].Answer.SetResult(StubHandler.Ok(held[0].AllAllowed));
        await Task.WhenAll(waiting);

        StubCall[] calls = [.. _stub.Calls.Skip(4)];
        Assert.Equal(2, calls.Length);
        Assert.All(calls, call => Assert.InRange(call.Body.Length, 1, 1 << 20));
        Assert.Equal(1_000, calls.Sum(call => call.Accounts.Length));
    }

    [Fact]
    public async Task A_request_whose_deadline_passes_while_it_waits_is_not_sent()
    {
        await using TestApp app = await StartAsync(options => options.Deadline = TimeSpan.FromSeconds(1));
        StubCall[] held = await BeginAsync(app, count: 4);
        Policy hasty = PolicyOf(TestPolicies.Shop + "\ndeadline: 5ms\n");
        Task<RemoteDecision> expired = CheckAsync(app, "late", hasty);
        app.Time.Advance(TimeSpan.FromMilliseconds(5));

        Assert.Equal("unreachable", (await expired).Failure);
        Task<RemoteDecision> after = CheckAsync(app, "after");
        held[0].Answer.SetResult(StubHandler.Ok(held[0].AllAllowed));
        StubCall next = await _stub.NextAsync(4);
        next.Answer.SetResult(StubHandler.Ok(next.AllAllowed));
        await after;

        Assert.Equal(["after"], next.Accounts);
    }

    [Fact]
    public async Task A_caller_that_disconnects_does_not_cancel_the_call()
    {
        await using TestApp app = await StartAsync();
        using var hangUp = new CancellationTokenSource();
        Task<HttpResponseMessage> request = app.Client.GetAsync("/things/1", hangUp.Token);
        StubCall call = await _stub.NextAsync(0);

        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        Assert.False(call.Cancellation.IsCancellationRequested);
        call.Answer.SetResult(StubHandler.Ok("""[{"problem":{"status":400,"detail":"nobody reads this"}}]"""));
        Task<RemoteDecision> next = CheckAsync(app, "next");
        StubCall second = await _stub.NextAsync(1);
        second.Answer.SetResult(StubHandler.Ok(second.AllAllowed));

        Assert.Null((await next).Failure);
    }

    [Fact]
    public async Task Beyond_the_maximum_of_waiting_requests_on_failure_decides_at_once()
    {
        await using TestApp app = await StartAsync();
        await BeginAsync(app, count: 4);
        Task<RemoteDecision>[] waiting = [.. Enumerable.Range(0, RemoteQueue.MaxWaiting).Select(_ => CheckAsync(app, "a"))];

        RemoteDecision beyond = await CheckAsync(app, "a");

        Assert.Equal("unreachable", beyond.Failure);
        Assert.DoesNotContain(waiting, task => task.IsCompleted);
        Assert.Contains("10000 requests wait for it already", app.Log.At(LogLevel.Error).Single());
        app.Time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.All(await Task.WhenAll(waiting), decision => Assert.Equal("unreachable", decision.Failure));
    }

    [Fact]
    public async Task A_call_has_no_part_in_the_trace_of_a_request()
    {
        System.Diagnostics.Activity? seen = null;
        _stub.OnCall = call =>
        {
            seen = System.Diagnostics.Activity.Current;
            return Task.FromResult(StubHandler.Ok(call.AllAllowed));
        };
        await using TestApp app = await StartAsync();
        using var activity = new System.Diagnostics.Activity("request");
        activity.Start();

        await CheckAsync(app, "a");

        Assert.Null(seen);
    }

    private Task<TestApp> StartAsync(Action<RemoteLimiterOptions>? configure = null) => TestApp.StartAsync(new()
    {
        Limiter = limiter => limiter.UseRemote(options =>
        {
            options.Addresses.Add("http://limiter:8080");
            options.CreateHandler = _ => _stub;
            configure?.Invoke(options);
        }),
    });

    // One request after the other, each of which the stub holds.
    private async Task<StubCall[]> BeginAsync(TestApp app, int count)
    {
        var calls = new StubCall[count];
        for (int i = 0; i < count; i++)
        {
            _ = CheckAsync(app, $"{i}");
            calls[i] = await _stub.NextAsync(i);
        }

        return calls;
    }

    private static Task<RemoteDecision> CheckAsync(TestApp app, string account, Policy? policy = null)
    {
        policy ??= app.Services.GetRequiredService<PolicyCatalog>().Current.Policies["shop"].Policy;
        Assert.True(policy.Endpoints.TryMatch("GET", "/x", out EndpointMatch endpoint, out _));
        return app.Services.GetRequiredService<RemoteLimiter>()
            .CheckAsync(policy, new() { Account = new(AccountKind.Id, account), Method = "GET", Endpoint = endpoint, Cost = 1 }).AsTask();
    }

    private static Policy PolicyOf(string yaml) => new(PolicyText.Read(yaml).Policy!);
}
