namespace OrleansLimiter.Decisions;

/// <summary>Overrides in one file, for one process: it must be the file's only writer.</summary>
public sealed class OverrideStore : IOverrides
{
    private readonly OverrideFile _file;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile OverrideTables _current;

    private OverrideStore(OverrideFile file, TimeProvider time)
    {
        _file = file;
        _time = time;
        _current = new(file.Load(time.GetUtcNow()).WithoutLapsed(time.GetUtcNow()));
    }

    /// <inheritdoc/>
    public OverrideTables Current => _current;

    /// <summary>Reads the file; where there is none, there are no overrides.</summary>
    /// <param name="path">The file. Its folder need not exist before the first change.</param>
    /// <param name="time">The clock by which overrides lapse.</param>
    /// <exception cref="OverrideFileException">The file is there but cannot be used.</exception>
    public static OverrideStore Open(string path, TimeProvider time) => new(new(path), time);

    /// <inheritdoc/>
    public async ValueTask<OverrideReply> SetAsync(Override change)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            var now = _time.GetUtcNow();
            if (!_current.TryWith(change with { SetAt = now }, now, out var tables, out var kept, out var error))
            {
                return new(null, error);
            }

            await KeepAsync(tables).ConfigureAwait(false);
            return new(kept, null);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int> RemoveAsync(Account account, string policy, string limit)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            var tables = _current.Without(account, policy, limit, _time.GetUtcNow(), out int removed);
            if (removed > 0)
            {
                await KeepAsync(tables).ConfigureAwait(false);
            }

            return removed;
        }
        finally
        {
            _turn.Release();
        }
    }

    // The file is written first, so that an override that was in force is not lost in a crash. Writing blocks, so it runs on a thread
    // that may block.
    private async Task KeepAsync(OverrideTables tables)
    {
        try
        {
            await Task.Run(() => _file.Save(tables.Shards[0])).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or OverrideFileException)
        {
            throw new OverridesUnavailableException($"overrides could not be written to '{_file.Path}': {error.Message}", error);
        }

        _current = tables;
    }
}
