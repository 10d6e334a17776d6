namespace OrleansLimiter.Testing;

/// <summary>
/// Committed inputs of a parser, one file each, and their mutations. A mutation is a pure function of its seed, so a failing input can be
/// repeated. An input that was found to fail becomes a file.
/// </summary>
/// <param name="folder">The folder below <c>Corpus</c> of the test project.</param>
public sealed class Corpus(string folder)
{
    private const int MaxChanges = 6;

    // Bytes at which parsers change their state.
    private static readonly byte[] s_special = [0, 9, 10, 13, 32, 34, 37, 39, 44, 45, 47, 58, 59, 91, 92, 93, 123, 125, 127, 128, 0xC3, 0xE2, 0xFF];

    /// <summary>The inputs, in the order of their names.</summary>
    public IReadOnlyList<byte[]> Inputs { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Corpus", folder)).Order(StringComparer.Ordinal)
            .Select(File.ReadAllBytes),
    ];

    /// <summary>The number of mutations of a test, multiplied by the environment variable <c>LIMITER_FUZZ</c> if it is set.</summary>
    public static int Runs(int runs) => runs * (int.TryParse(Environment.GetEnvironmentVariable("LIMITER_FUZZ"), out int times) ? times : 1);

    /// <summary>An input with some bytes changed, removed, repeated, or replaced by a part of another input.</summary>
    public byte[] Mutate(int seed)
    {
        var random = new Random(seed);
        var bytes = new List<byte>(Any(random));
        for (int change = random.Next(MaxChanges); change >= 0; change--)
        {
            int at = random.Next(bytes.Count + 1);
            int length = Math.Min(random.Next(1, 12), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    bytes.RemoveRange(at, length);
                    break;
                case 1:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 2:
                    bytes.Insert(at, s_special[random.Next(s_special.Length)]);
                    break;
                case 3 when length > 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 4:
                    byte[] other = Any(random);
                    int from = random.Next(other.Length + 1);
                    bytes.RemoveRange(at, length);
                    bytes.InsertRange(at, other[from..Math.Min(other.Length, from + random.Next(30))]);
                    break;
                default:
                    bytes.RemoveRange(at, random.Next(10) == 0 ? bytes.Count - at : 0);
                    break;
            }
        }

        return [.. bytes];
    }

    private byte[] Any(Random random) => Inputs[random.Next(Inputs.Count)];
}
