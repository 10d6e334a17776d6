namespace OrleansLimiter.Grains;

/// <summary>
/// How long the sender waits between two passes: the interval, and so long that the replicas use at most about a twentieth of a processor.
/// Not thread-safe.
/// </summary>
/// <param name="interval">The shortest time between two passes.</param>
internal sealed class ReplicaPace(TimeSpan interval)
{
    /// <summary>The part of a processor that replicas may use: a twentieth.</summary>
    public const int Part = 20;

    /// <summary>
    /// The time of a group, compared to what is measured, which is to save its state: about six times as long, with the mark at its change,
    /// the message, and the other silo. Under 400,000 decisions per second, 34,700 states per second took 0.30 of a second, and to save them
    /// 0.05.
    /// </summary>
    public const int Whole = 6;

    /// <summary>The longest time between two passes: 5 s.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromSeconds(5);

    // A thread can lose its processor while it is measured, so the estimate follows low values at once and high ones slowly.
    private const double Growth = 1.1;
    private const int MinGroups = 16;

    private double _perGroup;
    private long _groups;

    /// <summary>The estimated time for one group.</summary>
    public TimeSpan PerGroup => new((long)_perGroup);

    /// <summary>Adds what was measured.</summary>
    /// <param name="groups">The number of groups whose states were saved.</param>
    /// <param name="took">The time that it took.</param>
    public void Add(int groups, TimeSpan took)
    {
        _groups += groups;
        if (groups >= MinGroups)
        {
            double measured = (double)took.Ticks / groups;
            _perGroup = _perGroup == 0 ? measured : Math.Min(measured, _perGroup * Growth);
        }
    }

    /// <summary>Returns the time from the begin of the last pass to the next one, and begins to count again.</summary>
    public TimeSpan Next()
    {
        var wanted = new TimeSpan((long)(_perGroup * _groups * Whole * Part));
        _groups = 0;
        return wanted < interval ? interval : wanted > Max ? Max : wanted;
    }
}
