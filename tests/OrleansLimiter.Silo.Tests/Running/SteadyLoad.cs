using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrleansLimiter.Silo.Tests;

/// <summary>
/// Decisions at a steady rate for accounts on all silos, and for new accounts, until it is disposed. After a decision by <c>on-failure</c>,
/// the same account is asked again at once: an account is unreachable if both fail. A stall of the machine makes single decisions fail.
/// </summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private const int Accounts = 100;
    private const int Callers = 8;
    private const int NewAccountEach = 4;

    // 200 decisions per second. Each front-end asks each account each 1.3 s.
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3);

    private readonly ConcurrentQueue<(long At, Answer Answer, bool Unreachable)> _answers = new();
    private readonly CancellationTokenSource _end = new();
    private readonly string _name = $"load-{Guid.NewGuid():n}";
    private readonly Task _load;

    private SteadyLoad(IReadOnlyList<HostProcess> frontEnds) => _load = Task.WhenAll(
        Enumerable.Range(0, Callers).Select(caller => Task.Run(() => SendAsync(frontEnds[caller % frontEnds.Count], caller))));

    /// <summary>Starts the load, and waits until every account is counted.</summary>
    public static async Task<SteadyLoad> StartAsync(IReadOnlyList<HostProcess> frontEnds)
    {
        long began = Stopwatch.GetTimestamp();
        var load = new SteadyLoad(frontEnds);
        await load.RecoveredAsync(began);
        return load;
    }

    /// <summary>All answers since a time.</summary>
    public Answer[] Since(long time) => [.. _answers.Where(answer => answer.At >= time).Select(answer => answer.Answer)];

    /// <summary>
    /// Waits until no account was unreachable for so long that every account was asked; the time from the event to the last that was.
    /// </summary>
    public async Task<TimeSpan> RecoveredAsync(long since)
    {
        await Eventually.TrueAsync(
            () => Task.FromResult(Stopwatch.GetElapsedTime(LastFailure(since)) > Quiet), HostProcess.MaxWait, "every account is counted");
        return Stopwatch.GetElapsedTime(since, LastFailure(since));
    }

    /// <summary>The number of decisions by <c>on-failure</c> in each second since a time that has any.</summary>
    public string FailuresBySecond(long since) => string.Join(
        ", ",
        _answers.Where(answer => answer.At >= since && answer.Answer.Failure is not null)
            .GroupBy(answer => (int)Stopwatch.GetElapsedTime(since, answer.At).TotalSeconds)
            .OrderBy(second => second.Key).Select(second => $"{second.Key} s: {second.Count()}"));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _load;
        _end.Dispose();
    }

    private long LastFailure(long since) =>
        _answers.Where(answer => answer.At >= since && answer.Unreachable).Select(answer => answer.At).DefaultIfEmpty(since).Max();

    private async Task SendAsync(HostProcess frontEnd, int caller)
    {
        using var timer = new PeriodicTimer(Period);
        for (int i = 0; !_end.IsCancellationRequested; i++)
        {
            string account = i % NewAccountEach == 0 ? $"{_name}-{caller}-{i}" : $"{_name}-{((i * Callers / 2) + (caller / 2)) % Accounts}";
            Answer answer = await frontEnd.CheckAsync("frame-v1", account);
            bool unreachable = answer.Failure is not null && (await frontEnd.CheckAsync("frame-v1", account)).Failure is not null;
            _answers.Enqueue((Stopwatch.GetTimestamp(), answer, unreachable));
            await timer.WaitForNextTickAsync();
        }
    }
}
