namespace OrleansLimiter.Policies.Files.Catalog;

/// <summary>What tells cheaply whether a file changed.</summary>
/// <param name="Length">In bytes; -1 where the file cannot be opened, -2 where it is missing.</param>
/// <param name="Modified">When it was last written.</param>
internal readonly record struct FileStamp(long Length, DateTime Modified)
{
    private const long Unreadable = -1;
    private const long Missing = -2;

    public bool IsMissing => Length == Missing;

    public bool IsEmpty => Length == 0;

    // By handle, not by name: a mounted configuration is a link to a link, and only its end changes.
    public static FileStamp Of(string path)
    {
        try
        {
            // Opening a named pipe waits until somebody writes, and the watch with it. It has no length: nothing is lost
            // by opening only what has.
            if (new FileInfo(path) is { Exists: true, Length: 0, LinkTarget: null } empty)
            {
                return new(0, empty.LastWriteTimeUtc);
            }

            using var handle = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            return new(RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new(Missing, default);
        }
        catch (Exception e) when (PolicyFile.IsFileFault(e))
        {
            return new(Unreadable, default);
        }
    }
}
