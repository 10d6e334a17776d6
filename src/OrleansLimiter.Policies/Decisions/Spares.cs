namespace OrleansLimiter.Policies.Decisions;

/// <summary>
/// Objects of one thread that can be used again, so that waiting leaves nothing behind. For a static field of each thread.
/// </summary>
internal struct Spares<T>
    where T : class
{
    // As many as may well wait at a time; what is above is left to the collector.
    private const int Max = 1024;

    private T?[]? _spares;
    private int _count;

    /// <summary>One that can be used again; null: there is none.</summary>
    public T? Take()
    {
        if (_count == 0)
        {
            return null;
        }

        T? spare = _spares![--_count];
        _spares[_count] = null;
        return spare;
    }

    /// <summary>Keeps one.</summary>
    public void Keep(T spare)
    {
        _spares ??= new T?[Max];
        if (_count < Max)
        {
            _spares[_count++] = spare;
        }
    }
}
