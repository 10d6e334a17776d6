namespace OrleansLimiter.Decisions;

/// <summary>Overrides in the memory of this process. They end with the process.</summary>
/// <param name="time">The clock for <see cref="Override.SetAt"/> and for overrides that lapse.</param>
public sealed class MemoryOverrides(TimeProvider time) : IOverrides
{
    private readonly Lock _gate = new();
    private volatile OverrideTables _current = OverrideTables.Empty;

    /// <inheritdoc/>
    public OverrideTables Current => _current;

    /// <inheritdoc/>
    public ValueTask<OverrideReply> SetAsync(Override change)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (_gate)
        {
            if (!_current.TryWith(change with { SetAt = now }, now, out var tables, out var kept, out var error))
            {
                return new(new OverrideReply(null, error));
            }

            _current = tables;
            return new(new OverrideReply(kept, null));
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> RemoveAsync(Account account, string policy, string limit)
    {
        lock (_gate)
        {
            _current = _current.Without(account, policy, limit, time.GetUtcNow(), out int removed);
            return new(removed);
        }
    }
}
