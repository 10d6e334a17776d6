using System.Diagnostics.CodeAnalysis;

namespace OrleansLimiter;

/// <summary>
/// The readings of one group, in the order of the rules. The first reading is stored inline, so a decision on one limit does not
/// allocate.
/// </summary>
public readonly struct Readings
{
    private readonly Reading _first;
    private readonly Reading[]? _all;

    /// <summary>One reading.</summary>
    public Readings(Reading only)
    {
        _first = only;
        Count = 1;
    }

    /// <summary>Several readings. The array must not be changed afterwards.</summary>
    public Readings(Reading[] all)
    {
        _all = all;
        Count = all.Length;
    }

    /// <summary>The number of readings.</summary>
    public int Count { get; }

    /// <summary>The first reading, without a copy; undefined if there is none.</summary>
    [UnscopedRef]
    public ref readonly Reading First => ref _all is null ? ref _first : ref _all[0];

    /// <summary>The reading of the rule at <paramref name="index"/>.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such rule.</exception>
    public Reading this[int index] =>
        _all is not null ? _all[index] : index < Count && index >= 0 ? _first : throw new IndexOutOfRangeException();
}
