namespace OrleansLimiter.Http;

/// <summary>
/// Gives memory back to the operating system after a flood of keys: an idle process collects no garbage, and the collector keeps what it
/// has freed. Some time after the memory of living groups has fallen, one compacting collection is made.
/// </summary>
/// <param name="collect">Makes the collection.</param>
internal sealed class HeapReturn(Action collect)
{
    /// <summary>
    /// The memory of living groups below which memory is given back: 32 MiB. The collection blocks the process, for a time that depends on
    /// what lives.
    /// </summary>
    public const long Quiet = 1 << 25;

    /// <summary>The memory of living groups that must have been reached before: 64 MiB.</summary>
    public const long Flood = 1 << 26;

    /// <summary>The number of looks from the fall to the collection: 90. Meanwhile caches give up what they kept of the groups.</summary>
    public const int LooksUntilCollection = 90;

    private bool _wasFlooded;
    private int _looksLeft;

    /// <summary>Looks at the memory of living groups, once per second.</summary>
    public void Look(long bytes)
    {
        if (bytes >= Quiet)
        {
            (_wasFlooded, _looksLeft) = (_wasFlooded || bytes >= Flood || _looksLeft > 0, 0);
        }
        else if (_wasFlooded)
        {
            (_wasFlooded, _looksLeft) = (false, LooksUntilCollection);
        }
        else if (_looksLeft > 0 && --_looksLeft == 0)
        {
            collect();
        }
    }
}
