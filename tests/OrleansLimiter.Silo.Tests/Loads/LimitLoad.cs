using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace OrleansLimiter.Silo.Tests;

/// <summary>
/// A load with a fixed rate, which does not wait for answers: accounts at their limits, and a new account in each tick. The front-ends
/// take turns.
/// </summary>
internal sealed class LimitLoad : IAsyncDisposable
{
    /// <summary>The default time between two requests of an account of <c>frontline</c>: 20 ms, so 450 requests per second in all.</summary>
    public static readonly TimeSpan DefaultTick = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan MaxBacklog = TimeSpan.FromSeconds(1);

    private readonly Balancer _balancer;
    private readonly TimeSpan _tick;
    private readonly ConcurrentQueue<Decision> _decisions = new();
    private readonly List<Task> _requests = [];
    private readonly CancellationTokenSource _end = new();
    private Task _load = Task.CompletedTask;

    private LimitLoad(Balancer balancer, TimeSpan tick) => (_balancer, _tick) = (balancer, tick);

    /// <summary>All decisions so far, in the order of their answers.</summary>
    public Decision[] Decisions => [.. _decisions];

    /// <summary>Uses the limits up, and starts the load.</summary>
    public static async Task<LimitLoad> StartAsync(Balancer balancer, TimeSpan tick)
    {
        var load = new LimitLoad(balancer, tick);
        await Task.WhenAll(
            Traffic.All.SelectMany(traffic => Enumerable.Range(0, Traffic.Accounts).Select(i => load.UseUpAsync(traffic, i))));
        load._load = Task.Run(load.RunAsync);
        return load;
    }

    /// <summary>Stops the load, and waits for the pending answers.</summary>
    public async Task<Decision[]> StopAsync()
    {
        await _end.CancelAsync();
        await _load;
        await Task.WhenAll(_requests);
        return Decisions;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _end.Dispose();
    }

    private Task UseUpAsync(Traffic traffic, int account) => Eventually.TrueAsync(
        async () =>
            await SendAsync(traffic, traffic.Account(account), traffic.UseUpAsync, traffic.Permits) is { Status: 429, Failure: null },
        HostProcess.MaxWait,
        $"{traffic.Account(account)} is at its limit");

    private async Task RunAsync()
    {
        var due = TimeSpan.Zero;
        long began = Stopwatch.GetTimestamp();
        for (int tick = 0; !_end.IsCancellationRequested; tick++)
        {
            Ask(tick);
            due += _tick;
            TimeSpan early = due - Stopwatch.GetElapsedTime(began);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, CancellationToken.None);
            }
            else if (early < -MaxBacklog)
            {
                due -= early; // this process was stalled for longer; what is missing is not caught up
            }
        }
    }

    private void Ask(int tick)
    {
        foreach (Traffic traffic in Traffic.All)
        {
            for (int i = 0; i < Traffic.Accounts; i++)
            {
                if ((tick + i) % traffic.Every == 0)
                {
                    _requests.Add(SendAsync(traffic, traffic.Account(i), traffic.CheckAsync));
                }
            }
        }

        _requests.Add(SendAsync(null, $"new-{tick}", Traffic.Frontline.CheckAsync));
    }

    private async Task<Answer?> SendAsync(Traffic? traffic, string account, Func<HostProcess, string, Task<Answer>> send, int cost = 1)
    {
        long sent = Stopwatch.GetTimestamp();
        Answer? answer = null;
        try
        {
            answer = _balancer.Next() is { } frontEnd ? await send(frontEnd, account) : null;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException or JsonException)
        {
            // It is counted as a request without an answer.
        }

        _decisions.Enqueue(new(traffic, account, sent, Stopwatch.GetTimestamp(), answer, cost));
        return answer;
    }
}
