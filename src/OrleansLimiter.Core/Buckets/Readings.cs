using System.Diagnostics.CodeAnalysis;

namespace OrleansLimiter;

/// <summary>
/// The readings of one group, in the order of the rules. The first is held in place: most
/// decisions have one limit, and those allocate nothing.
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

    /// <summary>Several readings; the array becomes this value's own.</summary>
    public Readings(Reading[] all)
    {
        _all = all;
        Count = all.Length;
    }

    /// <summary>How many.</summary>
    public int Count { get; }

    /// <summary>The first reading, without a copy; of no meaning where there is none.</summary>
    [UnscopedRef]
    public ref readonly Reading First => ref _all is null ? ref _first : ref _all[0];

    /// <summary>The reading of the rule at <paramref name="index"/>.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such rule.</exception>
    public Reading this[int index] =>
        _all is not null ? _all[index] : index < Count && index >= 0 ? _first : throw new IndexOutOfRangeException();
}
