using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrleansLimiter.Silo.Tests;

/// <summary>
/// Accounts with a window of 60 s that has begun. Who decides with the counts of before tells the end of this window. A silo that starts
/// with empty counts begins another one, at least a second later, because that is the shortest failure detection.
/// </summary>
internal sealed class FencedAccounts
{
    /// <summary>
    /// The setting of the silos: without replicas, because a silo that continues from one decides with the counts of before as well.
    /// </summary>
    public static readonly (string Key, string Value) NoReplicas = ("Limiter:ReplicaInterval", "00:00:00");

    private const string Policy = "frontline";

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    // Less than the failure detection.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(0.9);

    private readonly ConcurrentDictionary<string, long> _begun = new();

    /// <summary>All accounts.</summary>
    public IReadOnlyList<string> All { get; } = [.. Enumerable.Range(0, 24).Select(i => $"fenced-{i}-{Guid.NewGuid():n}")];

    /// <summary>Requests one decision.</summary>
    public static Task<Answer> CheckAsync(HostProcess host, string account) => host.CheckAsync(Policy, account);

    /// <summary>Whether buckets with the counts of before decided.</summary>
    /// <param name="account">The account.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="received">When it was received, in ticks of <see cref="Stopwatch"/>.</param>
    public bool IsByOldCounts(string account, Answer answer, long received) => answer is { Failure: null, ResetAfter: { } reset }
        && Stopwatch.GetElapsedTime(_begun[account], received) + TimeSpan.FromMilliseconds(reset) <= Window + Tolerance;

    /// <summary>Begins the window of each account.</summary>
    public Task UseAsync(HostProcess host) => Task.WhenAll(All.Select(account => Eventually.TrueAsync(
        async () =>
        {
            bool counted = await CheckAsync(host, account) is { Failure: null };
            _begun[account] = Stopwatch.GetTimestamp();
            return counted;
        },
        HostProcess.MaxWait,
        $"{account} is counted")));

    /// <summary>The accounts that were counted afresh, because their silo has failed. Waits until each is counted.</summary>
    public async Task<string[]> LostAsync(HostProcess host)
    {
        List<string> lost = [];
        foreach (string account in All)
        {
            Answer? answer = null;
            await Eventually.TrueAsync(
                async () => (answer = await CheckAsync(host, account)).Failure is null, HostProcess.MaxWait, $"{account} is counted");
            if (!IsByOldCounts(account, answer!, Stopwatch.GetTimestamp()))
            {
                lost.Add(account);
            }
        }

        return [.. lost];
    }
}
