namespace OrleansLimiter;

/// <summary>The algorithms. The numbers are part of snapshots and wire messages: never change one.</summary>
public enum Algorithm : byte
{
    /// <summary>No span of one window ever admits more than the permits.</summary>
    RollingWindow = 1,

    /// <summary>A window opens at the first acquisition that is not canceled, and closes exactly one window later.</summary>
    FixedWindow = 2,

    /// <summary>Capacity equals the permits; refilled continuously at permits per window.</summary>
    LeakyBucket = 3,

    /// <summary>Like the leaky bucket, with a separate capacity (the burst).</summary>
    TokenBucket = 4,
}

/// <summary>
/// Describes an algorithm: its name, and how the states of its buckets are created and read. The class of the state creates the
/// descriptor; <see cref="All"/> lists the descriptors.
/// </summary>
public sealed class AlgorithmDescriptor
{
    /// <summary>Every algorithm, in the order in which messages list them.</summary>
    public static ImmutableArray<AlgorithmDescriptor> All { get; } =
        [RollingTimes.Describe(), FixedWindow.Describe(), BucketLevel.DescribeLeakyBucket(), BucketLevel.DescribeTokenBucket()];

    /// <summary>The words of all algorithms.</summary>
    public static WordTable<Algorithm> Words { get; } = new([.. All.Select(each => (each.Name, each.Algorithm))]);

    /// <summary>The names of the algorithms that have a burst, for messages.</summary>
    public static string WithBurst { get; } = string.Join(" or ", All.Where(each => each.HasBurst).Select(each => each.Name));

    private static readonly AlgorithmDescriptor?[] s_byNumber =
        [.. Enumerable.Range(0, byte.MaxValue + 1).Select(number => All.FirstOrDefault(each => (byte)each.Algorithm == number))];

    internal AlgorithmDescriptor(
        Algorithm algorithm, string name, Func<Rule, BucketState> fresh, Func<BinaryReader, Rule, Instant, BucketState> read)
    {
        (Algorithm, Name, Fresh, Read) = (algorithm, name, fresh, read);
    }

    /// <summary>The algorithm.</summary>
    public Algorithm Algorithm { get; }

    /// <summary>The name in policy files and JSON.</summary>
    public string Name { get; }

    /// <summary>Whether rules of the algorithm may have a burst: a capacity that differs from the permits.</summary>
    public bool HasBurst { get; internal init; }

    /// <summary>Creates the state of an unused bucket.</summary>
    internal Func<Rule, BucketState> Fresh { get; }

    /// <summary>Reads the output of <see cref="BucketState.Write"/>.</summary>
    internal Func<BinaryReader, Rule, Instant, BucketState> Read { get; }

    /// <summary>Validates permits (above 0), window and capacity, which are within their bounds. Returns the error, or null.</summary>
    internal Func<int, TimeSpan, int, string?> Validate { get; init; } = static (_, _, _) => null;

    /// <summary>The descriptor of an algorithm.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such algorithm.</exception>
    public static AlgorithmDescriptor Of(Algorithm algorithm) =>
        Find(algorithm) ?? throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "there is no such algorithm");

    /// <summary>Finds the descriptor of an algorithm; null if this version does not support it.</summary>
    public static AlgorithmDescriptor? Find(Algorithm algorithm) => s_byNumber[(byte)algorithm];
}
