namespace OrleansLimiter;

/// <summary>A limit resolved for one request: what a bucket enforces. Immutable; two rules with the same content are equal.</summary>
public sealed record Rule
{
    /// <summary>The shortest window: 1 ms.</summary>
    public static readonly TimeSpan MinWindow = TimeSpan.FromMilliseconds(1);

    /// <summary>The longest window, 366 days.</summary>
    public static readonly TimeSpan MaxWindow = TimeSpan.FromDays(366);

    /// <summary>The most permits (and the largest burst) of one rule.</summary>
    public const int MaxPermits = 1_000_000_000;

    // The multiples of the grid in a window must fit into 32 bits, with a reserve for rounding.
    private const long MaxGridTimes = 4_000_000_000;

    /// <summary>How the bucket counts.</summary>
    public Algorithm Algorithm { get; }

    /// <summary>Permits per <see cref="Window"/>, 0 to <see cref="MaxPermits"/>; 0 blocks.</summary>
    public int Permits { get; }

    /// <summary>The window, <see cref="MinWindow"/> to <see cref="MaxWindow"/>.</summary>
    public TimeSpan Window { get; }

    /// <summary>
    /// The most that can be acquired at once: <see cref="Permits"/>, or the burst of a token bucket. 0 when the rule blocks.
    /// </summary>
    public int Capacity { get; }

    /// <summary>The explicit capacity of a token bucket, 1 or more; 0 if none was given.</summary>
    public int Burst { get; }

    /// <summary>
    /// The ticks to a multiple of which the log of a rolling window rounds times: 1, which is exact, up to a window of 400 s; above,
    /// the smallest power of ten of which at most 4,000,000,000 fit into the window.
    /// </summary>
    internal long Grid { get; }

    /// <summary>How fast a leaky or token bucket of this rule drains.</summary>
    internal LeakRate LeakRate { get; }

    /// <summary>Creates a rule. Without a burst, the capacity equals the permits.</summary>
    /// <exception cref="ArgumentException">A value is not valid; see <see cref="Validate"/>.</exception>
    public Rule(Algorithm algorithm, int permits, TimeSpan window, int? burst = null)
    {
        if (Validate(algorithm, permits, window, burst) is { } error)
        {
            throw new ArgumentException(error);
        }

        Algorithm = algorithm;
        Permits = permits;
        Window = window;
        Burst = burst ?? 0;
        Capacity = permits == 0 ? 0 : burst ?? permits;
        LeakRate = LeakRate.Of(permits, window);
        Grid = GridOf(window);
    }

    /// <summary>
    /// Validates the values of a rule. A leaky or token bucket counts exactly, so capacity x window, divided by the greatest common
    /// divisor of permits and window, must fit into 64 bits.
    /// </summary>
    /// <returns>The error, as one sentence with the found value and the expected one; null if the values are valid.</returns>
    public static string? Validate(Algorithm algorithm, long permits, TimeSpan window, long? burst = null)
    {
        if (AlgorithmDescriptor.Find(algorithm) is not { } descriptor)
        {
            return $"this version has no algorithm {(byte)algorithm}";
        }

        if (permits is < 0 or > MaxPermits)
        {
            return $"permits is {permits}; it must be from 0 to {MaxPermits}";
        }

        if (window < MinWindow || window > MaxWindow)
        {
            return $"window is {window.TotalMilliseconds} ms; it must be from 1 ms to 366 days";
        }

        if (burst is not null && !descriptor.HasBurst)
        {
            return $"burst is given, but only a {AlgorithmDescriptor.WithBurst} has one";
        }

        if (burst is < 1 or > MaxPermits)
        {
            return $"burst is {burst}; it must be from 1 to {MaxPermits}";
        }

        return permits > 0 ? descriptor.Validate((int)permits, window, (int)(burst ?? permits)) : null;
    }

    /// <summary>Whether this rule is stricter: the lower rate, or at the same rate the smaller capacity.</summary>
    internal bool IsStricterThan(Rule other)
    {
        Int128 rate = (Int128)Permits * other.Window.Ticks;
        Int128 otherRate = (Int128)other.Permits * Window.Ticks;
        return rate < otherRate || (rate == otherRate && Capacity < other.Capacity);
    }

    /// <summary>
    /// Whether this rule, of two different rules of one generation, is enforced: the stricter one, or else any order that does not depend
    /// on who asks.
    /// </summary>
    internal bool Precedes(Rule other) => IsStricterThan(other)
        || (!other.IsStricterThan(this)
            && (Algorithm, Window, Permits, Burst).CompareTo((other.Algorithm, other.Window, other.Permits, other.Burst)) < 0);

    private static long GridOf(TimeSpan window)
    {
        long grid = 1;
        while (window.Ticks / grid > MaxGridTimes)
        {
            grid *= 10;
        }

        return grid;
    }
}
