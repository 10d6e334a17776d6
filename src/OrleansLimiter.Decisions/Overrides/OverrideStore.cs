namespace OrleansLimiter.Decisions;

/// <summary>
/// Overrides in one file. The store has a lock on the file until it is disposed or the process ends, so that no other process writes it.
/// </summary>
public sealed class OverrideStore : IOverrides, IDisposable
{
    private readonly OverrideFile _file;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile OverrideTables _current;

    // The removal of overrides that had lapsed when the file was read. The next change writes it.
    private ImmutableArray<OverrideDelta> _unsaved;
    private FileLock? _lock;
    private bool _isDisposed;

    private OverrideStore(OverrideFile file, FileLock? taken, TimeProvider time)
    {
        (_file, _lock, _time) = (file, taken, time);
        var table = file.Load(time.GetUtcNow()).WithoutLapsed(time.GetUtcNow());
        (_current, _unsaved) = (new(table), table.Changes);
    }

    /// <inheritdoc/>
    public OverrideTables Current => _current;

    /// <summary>Reads the file. If it does not exist, there are no overrides; the first change creates it and its folder.</summary>
    /// <exception cref="OverrideFileException">The file exists but cannot be used, or another process uses it.</exception>
    public static OverrideStore Open(string path, TimeProvider time)
    {
        var file = new OverrideFile(path);
        var taken = TryLock(file);
        try
        {
            return new(file, taken, time);
        }
        catch
        {
            taken?.Dispose();
            throw;
        }
    }

    /// <summary>Releases the lock of the file. The overrides stay readable; changes are refused.</summary>
    public void Dispose()
    {
        _turn.Wait();
        _lock?.Dispose();
        _isDisposed = true;
        _turn.Release();
    }

    /// <inheritdoc/>
    public ValueTask<OverrideReply> SetAsync(Override change) => ChangeAsync(now =>
        _current.TryWith(change with { SetAt = now }, now, out var tables, out var kept, out var error)
            ? (tables, new OverrideReply(kept, null))
            : (_current, new OverrideReply(null, error)));

    /// <inheritdoc/>
    public ValueTask<int> RemoveAsync(Account account, string policy, string limit) =>
        ChangeAsync(now => (_current.Without(account, policy, limit, now, out int removed), removed));

    // A file that this process cannot write needs no lock before the first change, which then fails.
    private static FileLock? TryLock(OverrideFile file)
    {
        try
        {
            return TakeLock(file.Path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static FileLock TakeLock(string path) =>
        FileLock.Take(path, (finding, error) => new OverrideFileException(path, finding, error));

    private void Save(OverrideTable table)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _lock ??= TakeLock(_file.Path);
        _file.Save(table, [.. _unsaved, .. table.Changes]);
        _unsaved = [];
    }

    // The file is written first, so that a crash does not lose an override that was in force. Writing a file blocks a thread.
    private async ValueTask<T> ChangeAsync<T>(Func<DateTimeOffset, (OverrideTables Tables, T Reply)> change)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            var (tables, reply) = change(_time.GetUtcNow());
            if (tables != _current)
            {
                await Task.Run(() => Save(tables.Shards[0])).ConfigureAwait(false);
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
