using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Cluster;

/// <summary>Receives and changes one table of overrides for a front-end.</summary>
internal sealed partial class OverrideShard(
    int number, IGrainFactory grains, Func<OverrideTable> inForce, Action<OverrideTable> putInForce, ILogger log)
{
    private readonly Lock _lock = new();
    private volatile bool _isLoaded;
    private volatile string? _error;
    private uint _loggedVersion;
    private IOverrideShardGrain? _grain;

    /// <summary>Serializes the changes of this front-end, because concurrent changes would only conflict.</summary>
    public SemaphoreSlim ChangeLock { get; } = new(1, 1);

    /// <summary>Whether a stored table is in force in this process.</summary>
    public bool IsLoaded => _isLoaded;

    /// <summary>Why the stored table cannot be used; null if there is no known error.</summary>
    public string? Error => _error;

    // Created with the first call, because a client does not know the grain types before it is connected.
    private IOverrideShardGrain Grain => _grain ??= grains.GetGrain<IOverrideShardGrain>(number);

    /// <summary>Renews the subscription, and puts the stored table in force if it is newer.</summary>
    /// <exception cref="Exception">The grain cannot be reached.</exception>
    public async Task RenewAsync(IOverrideObserver observer)
    {
        OverrideTable current = inForce();
        RenewReply reply = await Grain.RenewAsync(new(observer, current.Version)).ConfigureAwait(false);
        if (reply.Version < current.Version)
        {
            await RestoreAsync(reply.Version, current).ConfigureAwait(false);
        }
        else
        {
            Receive(reply.Version, reply.Content);
        }
    }

    /// <summary>Puts the stored table in force if it is newer. False if it cannot be used: the table in force then stays.</summary>
    /// <param name="version">The stored version.</param>
    /// <param name="content">The stored bytes; null if this front-end has this version.</param>
    public bool Receive(uint version, byte[]? content)
    {
        // A notification and a renewal may bring the same version at the same time.
        lock (_lock)
        {
            if (version > inForce().Version && content is not null)
            {
                if (Parse(version, content, out string error) is not { } table)
                {
                    Reject(version, error);
                    return false;
                }

                putInForce(table);
            }

            (_isLoaded, _error) = (true, null);
            return true;
        }
    }

    /// <summary>Stores the next table, and puts it in force.</summary>
    /// <param name="observer">This front-end.</param>
    /// <param name="expected">The version from which the next table was computed.</param>
    /// <param name="next">The next table.</param>
    /// <returns>Whether it is stored. If not, another table is in force now, and the change must be computed again.</returns>
    /// <exception cref="OverridesUnavailableException">The table could not be stored.</exception>
    public async Task<bool> TrySwapAsync(IOverrideObserver observer, uint expected, OverrideTable next)
    {
        SwapReply reply = await SwapAsync(observer, new(expected, next.Version, next.ToBytes())).ConfigureAwait(false);
        switch (reply.Outcome)
        {
            case SwapReply.Stored:
                putInForce(next);
                return true;
            case SwapReply.Conflict when reply.Version < expected:
                await RestoreAsync(reply.Version, inForce()).ConfigureAwait(false);
                return false;
            case SwapReply.Conflict:
                return Receive(reply.Version, reply.Content) ? false
                    : throw new OverridesUnavailableException($"table {number} of overrides cannot be changed: {Error}");
            default:
                throw new OverridesUnavailableException($"the storage did not store table {number} of overrides: {reply.Reason}");
        }
    }

    // If the reply is lost, the stored table shows whether the change was stored.
    private async Task<SwapReply> SwapAsync(IOverrideObserver observer, SwapMessage message)
    {
        try
        {
            return await Grain.SwapAsync(message).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            try
            {
                RenewReply stored = await Grain.RenewAsync(new(observer, message.Expected)).ConfigureAwait(false);
                if (stored.Content is { } content && content.AsSpan().SequenceEqual(message.Content))
                {
                    return new(SwapReply.Stored, stored.Version);
                }
            }
            catch (Exception)
            {
                // The first exception is reported.
            }

            throw new OverridesUnavailableException($"table {number} of overrides could not be changed: {failure.Message}", failure);
        }
    }

    // Versions must never decrease; otherwise buckets would keep rules that no change can replace. If the storage has lost the
    // table in force (it was emptied, or restored from a backup), the first front-end that detects this writes its table back. A
    // grain that is only behind its storage detects that in the same way.
    private async Task RestoreAsync(uint stored, OverrideTable table)
    {
        LogBehind(number, stored, table.Version);
        await Grain.SwapAsync(new(stored, table.Version, table.ToBytes())).ConfigureAwait(false);
    }

    private static OverrideTable? Parse(uint version, byte[] content, out string error)
    {
        if (!OverrideTable.TryParse(content, out OverrideTable? table, out string? found, out bool damaged))
        {
            error = damaged ? $"it is damaged: {found}. Restore it from a backup, or delete it to continue without its overrides" : found;
            return null;
        }

        error = $"it is damaged: it is stored as version {version} and contains version {table.Version}";
        return table.Version == version ? table : null;
    }

    private void Reject(uint version, string error)
    {
        _error = error;
        if (_loggedVersion != version)
        {
            _loggedVersion = version;
            LogRejected(number, version, error, IsLoaded ? "The overrides in force stay" : "This front-end is not ready without it");
        }
    }

    [LoggerMessage(50, LogLevel.Error,
        "Table {Shard} of overrides, stored at version {Version}, cannot be used and is not changed: {Error}. {Consequence}")]
    private partial void LogRejected(int shard, uint version, string error, string consequence);

    [LoggerMessage(51, LogLevel.Warning,
        "Table {Shard} of overrides is stored at version {Stored}, but version {Version} is in force; it is written back")]
    private partial void LogBehind(int shard, uint stored, uint version);
}
