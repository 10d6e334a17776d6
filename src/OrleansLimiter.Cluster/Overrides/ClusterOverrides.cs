using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Cluster;

/// <summary>
/// The overrides of a cluster. Every front-end keeps all of them in memory, so decisions need no call. Grains notify front-ends
/// of each change, and front-ends poll every few seconds for changes that they have missed. Front-ends compute the changes; a
/// grain stores them and rejects a change of a table that has been replaced.
/// </summary>
/// <remarks>
/// While no silo or no storage is available, the loaded overrides stay in force, and only changes are refused. Expired entries are
/// never removed from a received table: removing them raises its floor, and only a change may do that, for all front-ends at
/// once.
/// </remarks>
public sealed partial class ClusterOverrides : BackgroundService, IOverrides, IOverrideObserver
{
    /// <summary>The number of tables: 16. It can never change, because it determines the table of an account.</summary>
    public const int Shards = 16;

    /// <summary>How often subscriptions are renewed: every 3 s.</summary>
    public static readonly TimeSpan RenewalPeriod = TimeSpan.FromSeconds(3);

    /// <summary>The period for loading a table that has not been loaded yet: 1 s.</summary>
    public static readonly TimeSpan LoadPeriod = TimeSpan.FromSeconds(1);

    // A try fails only if another front-end changed the table at the same time.
    private const int MaxTries = 32;

    private static readonly TimeSpan WarningPeriod = TimeSpan.FromSeconds(30);

    private readonly IGrainFactory _grains;
    private readonly LimiterClock _clock;
    private readonly ILogger<ClusterOverrides> _log;
    private readonly Throttle _warnings;
    private readonly OverrideShard[] _shards;
    private readonly Lock _lock = new();
    private volatile OverrideTables _current = new([.. Enumerable.Repeat(OverrideTable.Empty, Shards)]);
    private IOverrideObserver? _self;
    private bool _loggedLoaded;

    /// <summary>Creates the overrides of a front-end. Loading begins when the service is started.</summary>
    /// <param name="grains">The client of the cluster, or the grain factory of a silo.</param>
    /// <param name="clock">The clock of the limiter, for expired overrides and renewals.</param>
    /// <param name="log">Logs outages, at a limited rate.</param>
    public ClusterOverrides(IGrainFactory grains, LimiterClock clock, ILogger<ClusterOverrides> log)
    {
        (_grains, _clock, _log, _warnings) = (grains, clock, log, new(clock, WarningPeriod));
        _shards = [.. Enumerable.Range(0, Shards).Select(number => new OverrideShard(
            number, grains, () => _current.Shards[number], table => PutInForce(number, table), log))];
    }

    /// <inheritdoc/>
    public OverrideTables Current => _current;

    /// <summary>Whether every table is loaded. Before that, decisions would not include all overrides.</summary>
    public bool IsLoaded => Array.TrueForAll(_shards, shard => shard.IsLoaded);

    /// <summary>Why not every table is loaded, as a message; null if every table is loaded.</summary>
    public string? Missing => IsLoaded ? null
        : _shards.Select(shard => shard.IsLoaded ? null : shard.Error).FirstOrDefault(error => error is not null) is { } error
            ? $"a table of overrides cannot be used: {error}"
            : $"{_shards.Count(shard => shard.IsLoaded)} of {Shards} tables of overrides are loaded";

    /// <inheritdoc/>
    public ValueTask<OverrideReply> SetAsync(Override change) => ChangeAsync(change.Account, tables =>
    {
        DateTimeOffset now = _clock.UtcNow;
        return tables.TryWith(change with { SetAt = now }, now, out OverrideTables? next, out Override? kept, out OverrideError? error)
            ? (next, new OverrideReply(kept, null))
            : (tables, new(null, error));
    });

    /// <inheritdoc/>
    public ValueTask<int> RemoveAsync(Account account, string policy, string limit) => ChangeAsync(account, tables =>
        (tables.Without(account, policy, limit, _clock.UtcNow, out int removed), removed));

    void IOverrideObserver.Changed(ShardMessage message)
    {
        if (message.Shard is >= 0 and < Shards)
        {
            _shards[message.Shard].Receive(message.Version, message.Content);
        }
    }

    /// <summary>Renews one subscription. Never throws for an outage.</summary>
    internal async Task RenewAsync(int shard)
    {
        try
        {
            await _shards[shard].RenewAsync(Self()).ConfigureAwait(false);
            if (IsLoaded && !Interlocked.Exchange(ref _loggedLoaded, true))
            {
                LogLoaded(_current.CountAt(_clock.UtcNow));
            }
        }
        catch (Exception outage)
        {
            if (_warnings.TryPass())
            {
                LogOutage(
                    outage.Message,
                    IsLoaded ? "the loaded overrides stay in force" : "this front-end is not ready until they are loaded");
            }
        }
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Shards).Select(shard => RenewPeriodicallyAsync(shard, stoppingToken)));

    private async Task RenewPeriodicallyAsync(int shard, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(LoadPeriod, _clock.Time);
        do
        {
            await RenewAsync(shard).ConfigureAwait(false);
            timer.Period = _shards[shard].IsLoaded ? RenewalPeriod : LoadPeriod;
        }
        while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false));
    }

    private async ValueTask<T> ChangeAsync<T>(Account account, Func<OverrideTables, (OverrideTables Next, T Result)> change)
    {
        int number = OverrideTables.ShardOf(account, Shards);
        OverrideShard shard = _shards[number];
        await shard.ChangeLock.WaitAsync().ConfigureAwait(false);
        try
        {
            bool refreshed = false;
            for (int i = 0; i < MaxTries; i++)
            {
                OverrideTables tables = _current;
                (OverrideTables next, T result) = shard.IsLoaded ? change(tables) : (tables, default!);
                if (ReferenceEquals(next, tables))
                {
                    // The change has no effect on the table in force. The stored table may be newer.
                    if (refreshed)
                    {
                        return result;
                    }

                    await RefreshAsync(shard).ConfigureAwait(false);
                    refreshed = true;
                }
                else if (await shard.TrySwapAsync(Self(), tables.Shards[number].Version, next.Shards[number]).ConfigureAwait(false))
                {
                    return result;
                }
            }

            throw new OverridesUnavailableException(
                $"table {number} of overrides was not changed: {MaxTries} attempts conflicted with changes by other front-ends");
        }
        finally
        {
            shard.ChangeLock.Release();
        }
    }

    private async Task RefreshAsync(OverrideShard shard)
    {
        try
        {
            await shard.RenewAsync(Self()).ConfigureAwait(false);
        }
        catch (Exception outage)
        {
            throw new OverridesUnavailableException($"the overrides could not be loaded: {outage.Message}", outage);
        }

        if (!shard.IsLoaded)
        {
            throw new OverridesUnavailableException($"the table of overrides of the account cannot be used: {shard.Error}");
        }
    }

    private void PutInForce(int shard, OverrideTable table)
    {
        lock (_lock)
        {
            if (table.Version <= _current.Shards[shard].Version)
            {
                return;
            }

            _current = _current.With(shard, table);
        }

        LogInForce(shard, table.Version, table.CountAt(_clock.UtcNow));
    }

    // Orleans holds weak references to observers. This object is referenced as long as the host runs.
    private IOverrideObserver Self()
    {
        lock (_lock)
        {
            return _self ??= _grains.CreateObjectReference<IOverrideObserver>(this);
        }
    }

    [LoggerMessage(52, LogLevel.Information, "All overrides are loaded: {Count}")]
    private partial void LogLoaded(int count);

    [LoggerMessage(53, LogLevel.Debug, "Table {Shard} of overrides is in force at version {Version}, with {Count} overrides")]
    private partial void LogInForce(int shard, uint version, int count);

    [LoggerMessage(54, LogLevel.Warning,
        "The overrides cannot be loaded: {Outage}; {Consequence}. Loading is retried; further failures within 30 s are not logged")]
    private partial void LogOutage(string outage, string consequence);
}
