using Microsoft.Extensions.Logging;
using Orleans;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Cluster;

/// <summary>A front-end's end of one table of overrides: what it hears of it, and how it changes it.</summary>
internal sealed partial class OverrideShard(
    int number, IGrainFactory grains, Func<OverrideTable> inForce, Action<OverrideTable> putInForce, ILogger log)
{
    private readonly Lock _gate = new();
    private volatile bool _isLoaded;
    private volatile string? _refusal;
    private uint _refusedVersion;
    private IOverrideShardGrain? _grain;

    /// <summary>One change at a time: two of one front-end would only conflict.</summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);

    /// <summary>Whether a table that is kept is in force here.</summary>
    public bool IsLoaded => _isLoaded;

    /// <summary>Why what is kept cannot be used; null if it can, as far as is known.</summary>
    public string? Refusal => _refusal;

    // Not before it is asked something: a client learns from its first silo what grains there are.
    private IOverrideShardGrain Grain => _grain ??= grains.GetGrain<IOverrideShardGrain>(number);

    /// <summary>Renews the subscription, and comes to what is kept.</summary>
    /// <exception cref="Exception">The grain cannot be reached.</exception>
    public async Task RenewAsync(IOverrideObserver observer)
    {
        OverrideTable mine = inForce();
        RenewReply answer = await Grain.RenewAsync(new(observer, mine.Version)).ConfigureAwait(false);
        if (answer.Version < mine.Version)
        {
            await PutBackAsync(answer.Version, mine).ConfigureAwait(false);
        }
        else
        {
            Receive(answer.Version, answer.Content);
        }
    }

    /// <summary>Comes to what is kept, where it is newer. False if it cannot be used: then what was in force stays.</summary>
    /// <param name="version">The version that is kept.</param>
    /// <param name="content">Its bytes; null if they need not be looked at.</param>
    public bool Receive(uint version, byte[]? content)
    {
        // One at a time: a push and a renewal may bring the same.
        lock (_gate)
        {
            if (version > inForce().Version && content is not null)
            {
                if (Parse(version, content, out string error) is not { } table)
                {
                    Refuse(version, error);
                    return false;
                }

                putInForce(table);
            }

            (_isLoaded, _refusal) = (true, null);
            return true;
        }
    }

    /// <summary>Has the next table kept, and puts it in force.</summary>
    /// <param name="observer">This front-end.</param>
    /// <param name="expected">The version that it was made from.</param>
    /// <param name="next">The next table.</param>
    /// <returns>Whether it is kept; else another was found, which is in force now, and the change must be made anew.</returns>
    /// <exception cref="OverridesUnavailableException">It could not be kept.</exception>
    public async Task<bool> TrySwapAsync(IOverrideObserver observer, uint expected, OverrideTable next)
    {
        byte[] content = next.ToBytes();
        SwapReply answer = await AskAsync(observer, new(expected, next.Version, content)).ConfigureAwait(false);
        switch (answer.Outcome)
        {
            case SwapReply.Kept:
                putInForce(next);
                return true;
            case SwapReply.Conflict when answer.Version < expected:
                await PutBackAsync(answer.Version, inForce()).ConfigureAwait(false);
                return false;
            case SwapReply.Conflict:
                return Receive(answer.Version, answer.Content) ? false
                    : throw new OverridesUnavailableException($"table {number} of overrides cannot be changed: {Refusal}");
            default:
                throw new OverridesUnavailableException($"the store did not keep table {number} of overrides: {answer.Reason}");
        }
    }

    // An answer that is lost does not tell whether the change is kept; what is kept does.
    private async Task<SwapReply> AskAsync(IOverrideObserver observer, SwapMessage message)
    {
        try
        {
            return await Grain.SwapAsync(message).ConfigureAwait(false);
        }
        catch (Exception lost)
        {
            try
            {
                RenewReply kept = await Grain.RenewAsync(new(observer, message.Expected)).ConfigureAwait(false);
                if (kept.Content is { } content && content.AsSpan().SequenceEqual(message.Content))
                {
                    return new(SwapReply.Kept, kept.Version);
                }
            }
            catch (Exception)
            {
                // The first failure is the one to tell.
            }

            throw new OverridesUnavailableException($"table {number} of overrides could not be changed: {lost.Message}", lost);
        }
    }

    // Versions must never decrease; otherwise buckets would keep rules that no change can replace. If the storage has lost the
    // table in force (it was emptied, or restored from a backup), the first front-end that detects this writes its table back. A
    // grain that is only behind its storage detects that in the same way.
    private async Task PutBackAsync(uint found, OverrideTable mine)
    {
        LogBehind(number, found, mine.Version);
        await Grain.SwapAsync(new(found, mine.Version, mine.ToBytes())).ConfigureAwait(false);
    }

    private static OverrideTable? Parse(uint version, byte[] content, out string error)
    {
        if (!OverrideTable.TryParse(content, out OverrideTable? table, out string? found, out bool damaged))
        {
            error = damaged
                ? $"it is damaged: {found}. Put a good copy in its place, or delete it to go on without its overrides"
                : found;
            return null;
        }

        error = $"it is damaged: it is kept as version {version} and says {table.Version}";
        return table.Version == version ? table : null;
    }

    private void Refuse(uint version, string error)
    {
        _refusal = error;
        if (_refusedVersion != version)
        {
            _refusedVersion = version;
            LogRefused(number, version, error, IsLoaded ? "The overrides in force stay" : "This front-end is not ready without it");
        }
    }

    [LoggerMessage(50, LogLevel.Error, "Table {Shard} of overrides is kept at version {Version} but cannot be used, and is left as it is: {Error}. {Consequence}")]
    private partial void LogRefused(int shard, uint version, string error, string consequence);

    [LoggerMessage(51, LogLevel.Warning, "Table {Shard} of overrides is kept at version {Found}, but version {Version} is in force here; it is written back")]
    private partial void LogBehind(int shard, uint found, uint version);
}
