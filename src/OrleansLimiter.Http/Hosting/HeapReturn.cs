namespace OrleansLimiter.Http;

/// <summary>
/// Gives memory back to the operating system after a flood of keys or of requests: an idle process collects no garbage, and the collector
/// keeps what it has freed. Some time after the flood, compacting collections are made.
/// </summary>
/// <param name="collect">Makes the collection.</param>
internal sealed class HeapReturn(Action collect)
{
    /// <summary>
    /// The memory of living groups below which memory is given back: 32 MiB. The collection blocks the process, for a time that depends on
    /// what lives.
    /// </summary>
    public const long Quiet = 1 << 25;

    /// <summary>The memory of living groups, or the growth of the heap since the last collection here, in a flood: 64 MiB.</summary>
    public const long Flood = 1 << 26;

    /// <summary>The memory that a process allocates in a second at most when it is quiet: 4 MiB.</summary>
    public const long QuietAllocations = 1 << 22;

    /// <summary>
    /// The number of looks from the end of the flood to the first collection, and between two: 50. Meanwhile caches and pools give up what
    /// they kept, which takes them some minutes.
    /// </summary>
    public const int LooksUntilCollection = 50;

    /// <summary>The number of collections after a flood: 3.</summary>
    public const int Collections = 3;

    private long? _heapBefore;
    private long _allocated;
    private bool _wasFlooded;
    private int _looksLeft;
    private int _collectionsLeft;

    /// <summary>Looks at the memory, once per second.</summary>
    /// <param name="groups">The memory of living groups, in bytes.</param>
    /// <param name="heap">The memory that the heap has of the system, in bytes.</param>
    /// <param name="allocated">What was allocated since the start, in bytes.</param>
    public void Look(long groups, long heap, long allocated)
    {
        bool isQuiet = groups < Quiet && allocated - _allocated < QuietAllocations;
        bool isFlooded = groups >= Flood || heap - (_heapBefore ??= heap) >= Flood;
        _allocated = allocated;
        if (!isQuiet)
        {
            (_wasFlooded, _looksLeft) = (_wasFlooded || isFlooded || _looksLeft > 0, 0);
        }
        else if (_wasFlooded)
        {
            (_wasFlooded, _looksLeft, _collectionsLeft) = (false, LooksUntilCollection, Collections);
        }
        else if (_looksLeft > 0 && --_looksLeft == 0)
        {
            collect();
            _heapBefore = null;
            _looksLeft = --_collectionsLeft > 0 ? LooksUntilCollection : 0;
        }
    }
}
