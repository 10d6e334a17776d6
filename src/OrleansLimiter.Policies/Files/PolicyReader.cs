namespace OrleansLimiter.Policies.Files;

/// <summary>Reads policy files and finds everything that is wrong with them. Never throws for what a file holds.</summary>
public static class PolicyReader
{
    /// <summary>The largest file that is read, 1 MiB.</summary>
    public const int MaxFileBytes = 1024 * 1024;

    /// <summary>Reads one policy.</summary>
    /// <param name="file">The name that faults carry.</param>
    /// <param name="utf8">The file's content; a byte order mark is skipped.</param>
    public static PolicyReadResult Read(string file, ReadOnlyMemory<byte> utf8) => throw new NotImplementedException();

    /// <summary>
    /// Reads files from disk and adds what is wrong between them (a policy's name twice). A file that is missing or
    /// cannot be read is a fault.
    /// </summary>
    /// <param name="paths">The files; each gives one result, in this order.</param>
    public static IReadOnlyList<PolicyReadResult> ReadFiles(IReadOnlyList<string> paths) => throw new NotImplementedException();
}
