namespace OrleansLimiter.Decisions;

/// <summary>What several requests together cost in one bucket.</summary>
internal struct CostSum
{
    // 2^31 requests of the highest cost fit.
    private long _charged;
    private int _read;
    private int _highest;

    /// <summary>Adds a request.</summary>
    /// <param name="cost">Its cost.</param>
    /// <param name="peek">Whether it acquires nothing.</param>
    public void Add(int cost, bool peek)
    {
        _charged += peek ? 0 : cost;
        _read = peek ? Math.Max(_read, cost) : _read;
        _highest = Math.Max(_highest, cost);
    }

    /// <summary>What the bucket is asked for. A sum above the highest cost of a request is above the capacity of every rule.</summary>
    public readonly RuleCost Total =>
        new((int)Math.Min(_charged, int.MaxValue), (int)Math.Min(Math.Max(_charged, _read), int.MaxValue));

    /// <summary>
    /// Whether the bucket, which has refused the total, refuses one of the requests: its cost does not fit or, if each of the costs would
    /// fit, it acquires a part of the sum that does not.
    /// </summary>
    public readonly bool Refuses(in Reading reading, int cost, bool peek) =>
        cost > reading.Remaining || (_highest <= reading.Remaining && (!peek || _charged == 0));
}
