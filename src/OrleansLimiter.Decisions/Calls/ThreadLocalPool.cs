namespace OrleansLimiter.Decisions;

/// <summary>
/// A pool of objects for one thread, for a <see cref="ThreadStaticAttribute"/> field. It avoids allocations of pending calls.
/// </summary>
/// <remarks>Renting and returning takes less than half the time of <c>Microsoft.Extensions.ObjectPool</c>, which threads share.</remarks>
internal struct ThreadLocalPool<T>
    where T : class
{
    // The usual number of concurrent waits. Further objects are left to the garbage collector.
    private const int Max = 1024;

    private T?[]? _items;
    private int _count;

    /// <summary>Returns a pooled object; null if the pool is empty.</summary>
    public T? Rent()
    {
        if (_count == 0)
        {
            return null;
        }

        T? item = _items![--_count];
        _items[_count] = null;
        return item;
    }

    /// <summary>Adds an object to the pool.</summary>
    public void Return(T item)
    {
        _items ??= new T?[Max];
        if (_count < Max)
        {
            _items[_count++] = item;
        }
    }
}
