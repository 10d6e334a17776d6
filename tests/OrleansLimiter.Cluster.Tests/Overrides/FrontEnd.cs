using Microsoft.Extensions.Logging;
using Orleans;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>The overrides of one front-end and their log messages, which tell a test when a change has arrived.</summary>
internal sealed class FrontEnd : ILogger<ClusterOverrides>
{
    private static readonly TimeSpan s_maxWait = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly List<(Func<bool> Holds, TaskCompletionSource Done)> _waiting = [];
    private readonly List<string> _lines = [];

    private readonly TimeProvider _time;

    public FrontEnd(IGrainFactory grains, TimeProvider time)
    {
        _time = time;
        Overrides = new(grains, new(time), this);
    }

    public ClusterOverrides Overrides { get; }

    /// <summary>The log messages above the level Debug.</summary>
    public string[] Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    public Task RenewAsync() => Task.WhenAll(Enumerable.Range(0, ClusterOverrides.Shards).Select(Overrides.RenewAsync));

    public async Task<Override> SetAsync(string account, int permits, DateTimeOffset? until = null)
    {
        OverrideReply reply = await Overrides.SetAsync(Change(account, permits) with { Until = until });
        Assert.Null(reply.Error);
        return reply.Kept!;
    }

    public ValueTask<int> RemoveAsync(string account) => Overrides.RemoveAsync(new(AccountKind.Id, account), "p", "l");

    /// <summary>The permits in force for an account; null if there is no override.</summary>
    public int? Permits(string account) => Overrides.Current.ForAccount(new(AccountKind.Id, account), _time.GetUtcNow()).SingleOrDefault()?.Permits;

    /// <summary>Waits until a condition is true. It is evaluated whenever the front-end logs a change.</summary>
    public Task UntilAsync(Func<bool> holds)
    {
        lock (_gate)
        {
            TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((holds, done));
            Look();
            return done.Task.WaitAsync(s_maxWait);
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_gate)
        {
            if (logLevel > LogLevel.Debug)
            {
                _lines.Add($"{logLevel}: {formatter(state, exception)}");
            }

            Look();
        }
    }

    public static Override Change(string account, int permits) =>
        new() { Account = new(AccountKind.Id, account), Policy = "p", Limit = "l", Permits = permits };

    /// <summary>Accounts of one table.</summary>
    public static IEnumerable<string> Accounts(int shard) =>
        Enumerable.Range(1, int.MaxValue).Select(i => $"account {i}").Where(name => ShardOf(name) == shard);

    public static int ShardOf(string account) => OverrideTables.ShardOf(new(AccountKind.Id, account), ClusterOverrides.Shards);

    private void Look()
    {
        foreach (var (holds, done) in _waiting)
        {
            if (!done.Task.IsCompleted && holds())
            {
                done.SetResult();
            }
        }
    }
}
