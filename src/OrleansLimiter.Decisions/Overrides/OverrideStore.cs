namespace OrleansLimiter.Decisions;

/// <summary>Overrides in one file. The process must be the only one that writes the file.</summary>
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

    /// <summary>Reads the file. If it does not exist, there are no overrides; the first change creates it and its folder.</summary>
    /// <exception cref="OverrideFileException">The file exists, but cannot be used.</exception>
    public static OverrideStore Open(string path, TimeProvider time) => new(new(path), time);

    /// <inheritdoc/>
    public ValueTask<OverrideReply> SetAsync(Override change) => ChangeAsync(now =>
        _current.TryWith(change with { SetAt = now }, now, out var tables, out var kept, out var error)
            ? (tables, new OverrideReply(kept, null))
            : (_current, new OverrideReply(null, error)));

    /// <inheritdoc/>
    public ValueTask<int> RemoveAsync(Account account, string policy, string limit) =>
        ChangeAsync(now => (_current.Without(account, policy, limit, now, out int removed), removed));

    // The file is written first, so that a crash does not lose an override that was in force. Writing a file blocks a thread.
    private async ValueTask<T> ChangeAsync<T>(Func<DateTimeOffset, (OverrideTables Tables, T Reply)> change)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            var (tables, reply) = change(_time.GetUtcNow());
            if (tables != _current)
            {
                await Task.Run(() => _file.Save(tables.Shards[0])).ConfigureAwait(false);
                _current = tables;
            }

            return reply;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or OverrideFileException)
        {
            throw new OverridesUnavailableException($"overrides could not be written to '{_file.Path}': {error.Message}", error);
        }
        finally
        {
            _turn.Release();
        }
    }
}
