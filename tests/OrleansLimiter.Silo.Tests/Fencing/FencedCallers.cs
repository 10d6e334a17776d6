using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace OrleansLimiter.Silo.Tests;

/// <summary>Callers of one host that ask without a pause, each with one request at a time, until they are disposed.</summary>
internal sealed class FencedCallers : IAsyncDisposable
{
    /// <summary>The number of callers, and so of requests that the host can have begun when it is suspended.</summary>
    public const int Count = 16;

    // After a refused connection.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentQueue<FencedAnswer> _answers = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _callers;

    public FencedCallers(HostProcess host, IReadOnlyList<string> accounts) => _callers = Task.WhenAll(
        Enumerable.Range(0, Count).Select(caller => Task.Run(() => AskAsync(host, accounts, caller))));

    /// <summary>The answers that were received since a moment.</summary>
    public IEnumerable<FencedAnswer> Since(long time) => _answers.Where(each => each.Received >= time);

    /// <summary>Ends the callers, before their host is disposed.</summary>
    public async Task StopAsync()
    {
        await _end.CancelAsync();
        await _callers;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _end.Dispose();
    }

    private async Task AskAsync(HostProcess host, IReadOnlyList<string> accounts, int caller)
    {
        for (int i = caller; !_end.IsCancellationRequested; i++)
        {
            string account = accounts[i % accounts.Count];
            long sent = Stopwatch.GetTimestamp();
            try
            {
                Answer answer = await FencedAccounts.CheckAsync(host, account);
                _answers.Enqueue(new(account, sent, Stopwatch.GetTimestamp(), answer));
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException or JsonException)
            {
                await Task.Delay(Pause);
            }
        }
    }
}

/// <summary>An answer to a caller.</summary>
/// <param name="Account">The account.</param>
/// <param name="Sent">When the request was sent, in ticks of <see cref="Stopwatch"/>.</param>
/// <param name="Received">When the answer was received.</param>
/// <param name="Answer">The answer.</param>
internal sealed record FencedAnswer(string Account, long Sent, long Received, Answer Answer);
