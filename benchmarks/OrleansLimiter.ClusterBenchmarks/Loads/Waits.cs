using System.Diagnostics;
using System.Numerics;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>A histogram of waits with ranges of a 32nd of their size, whose memory does not depend on the number of waits.</summary>
internal sealed class Waits
{
    private const int Bits = 5;
    private const int Steps = 1 << Bits;

    private readonly int[] _counts = new int[(65 - Bits) * Steps];

    public long Count { get; private set; }

    /// <summary>Counts one wait.</summary>
    /// <param name="ticks">Ticks of <see cref="Stopwatch"/>.</param>
    public void Add(long ticks)
    {
        _counts[RangeOf(Math.Max(0, ticks))]++;
        Count++;
    }

    public void Add(Waits others)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += others._counts[i];
        }

        Count += others.Count;
    }

    /// <summary>The wait that a share of all waits does not exceed, in microseconds.</summary>
    public double At(double share)
    {
        long wanted = (long)Math.Ceiling(share * Count);
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= wanted)
            {
                return EndOf(i) * 1e6 / Stopwatch.Frequency;
            }
        }

        return 0;
    }

    private static int RangeOf(long ticks)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)ticks | 1) - Bits);
        return (shift * Steps) + (int)(ticks >> shift);
    }

    private static long EndOf(int range)
    {
        int shift = Math.Max(0, (range / Steps) - 1);
        return (long)(range - (shift * Steps)) << shift;
    }
}
