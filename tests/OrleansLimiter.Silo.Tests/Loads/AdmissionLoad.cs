using System.Text.Json;

namespace OrleansLimiter.Silo.Tests;

/// <summary>
/// Accounts that are below their limit, each with one caller that asks again when it has its answer, at a steady rate. It tells which of
/// their permits the buckets have forgotten. All must happen within one window, so within a minute.
/// </summary>
internal sealed class AdmissionLoad : IAsyncDisposable
{
    /// <summary>The number of accounts: 12.</summary>
    public const int Accounts = 12;

    /// <summary>The time between two requests of an account: 40 ms.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(40);

    /// <summary>The time from an admission until it is in a replica: the interval of 100 ms, and as much for what is on its way.</summary>
    public static readonly TimeSpan ReplicatedAfter = TimeSpan.FromMilliseconds(200);

    /// <summary>The number of permits that an account acquires within this time: 5.</summary>
    public static readonly int InLastInterval = (int)Math.Ceiling(ReplicatedAfter / Tick);

    // Answers by buckets, one after the other, after which an account counts as recovered.
    private const int Recovered = 10;
    private static readonly TimeSpan s_maxWait = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _end = new();
    private readonly Counted[] _accounts = [.. Enumerable.Range(0, Accounts).Select(_ => new Counted($"admitted-{Guid.NewGuid():n}"))];
    private readonly Task _load;

    private AdmissionLoad(IReadOnlyList<HostProcess> frontEnds) => _load = Task.WhenAll(
        _accounts.Select((account, i) => Task.Run(() => SendAsync(frontEnds[i % frontEnds.Count], account))));

    /// <summary>The permits of each account.</summary>
    public static int Permits => Traffic.Frontline.Permits;

    /// <summary>Starts the load, and waits until buckets have admitted each account several times.</summary>
    public static async Task<AdmissionLoad> StartAsync(IReadOnlyList<HostProcess> frontEnds)
    {
        var load = new AdmissionLoad(frontEnds);
        await load.RecoveredAsync();
        return load;
    }

    /// <summary>Waits until buckets decide for each account again.</summary>
    public async Task RecoveredAsync()
    {
        foreach (Counted account in _accounts)
        {
            account.InARow = 0;
        }

        await Eventually.TrueAsync(
            () => Task.FromResult(_accounts.All(account => account.InARow >= Recovered)), s_maxWait, "buckets decide for each account");
    }

    /// <summary>Stops the load. Returns how many admitted permits the bucket of each account does not count.</summary>
    public async Task<int[]> LostAsync()
    {
        await _end.CancelAsync();
        await _load;
        return [.. _accounts.Select(account => Math.Max(0, account.Admitted - (Permits - account.Remaining)))];
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _load;
        _end.Dispose();
    }

    private async Task SendAsync(HostProcess frontEnd, Counted account)
    {
        using var timer = new PeriodicTimer(Tick);
        while (!_end.IsCancellationRequested)
        {
            try
            {
                account.Add(await frontEnd.CheckAsync("frontline", account.Name));
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException or JsonException)
            {
                account.InARow = 0;
            }

            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private sealed class Counted(string name)
    {
        public string Name => name;

        public int Admitted { get; private set; }

        public int Remaining { get; private set; } = Permits;

        public int InARow { get; set; }

        public void Add(Answer answer)
        {
            if (answer.Failure is not null || answer.Remaining is not { } remaining)
            {
                InARow = 0;
                return;
            }

            Admitted += answer.Status == 200 ? 1 : 0;
            Remaining = remaining;
            InARow++;
        }
    }
}
