namespace OrleansLimiter.Hosting;

/// <summary>The maximum numbers of open connections of a host.</summary>
/// <param name="Decisions">On all addresses of decisions together.</param>
/// <param name="Administration">On all addresses of administration together. They are never used by other connections.</param>
/// <param name="PerAddress">From one remote address to the addresses of decisions; null for no limit.</param>
internal sealed record ConnectionLimits(int Decisions, int Administration, int? PerAddress)
{
    /// <summary>The least number for decisions: 16.</summary>
    public const int MinDecisions = 16;

    // What a connection can buffer at most, with its objects: the headers of a request, a response that is not read.
    private const long BytesPerConnection = 64 * 1024;

    /// <summary>Calculates the limits of this process.</summary>
    public static ConnectionLimits For(HostSettings settings) => For(
        settings.MaxConnections, settings.MaxConnectionsPerAddress, DescriptorLimit.Read(), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <summary>The maximum for each of the two ports of Orleans: a sixteenth of the descriptors, 32 to 512.</summary>
    public static int MaxOfOrleansPort() => Math.Clamp(DescriptorLimit.Read() / 16, 32, 512);

    /// <summary>
    /// Half of the descriptors, at most 2,048, is for files, the runtime, stores and Orleans. A sixteenth, 16 to 128, is for
    /// administration. The default for decisions is the rest, but no more than a quarter of the memory holds.
    /// </summary>
    public static ConnectionLimits For(int? configured, int? perAddress, int descriptors, long memory)
    {
        int administration = Math.Clamp(descriptors / 16, 16, 128);
        int available = Math.Max(MinDecisions, descriptors - Math.Min(descriptors / 2, 2_048) - administration);
        long held = Math.Max(MinDecisions, memory / 4 / BytesPerConnection);
        return new(configured is { } number ? Math.Min(number, available) : (int)Math.Min(held, available), administration, perAddress);
    }
}
