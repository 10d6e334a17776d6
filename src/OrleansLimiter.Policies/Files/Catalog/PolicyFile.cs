namespace OrleansLimiter.Policies.Files.Catalog;

/// <summary>A file's content, or why it could not be read.</summary>
internal readonly record struct PolicyFile(byte[] Content, string? Fault)
{
    /// <summary>Reads a file; never more of it than a policy may have.</summary>
    public static PolicyFile Open(string path)
    {
        if (Directory.Exists(path))
        {
            return new([], "this is a folder; give the files in it");
        }

        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            if (stream.CanSeek && stream.Length > PolicyReader.MaxFileBytes)
            {
                return new([], TooLarge(stream.Length));
            }

            // A device or a pipe has no length, and a file may grow meanwhile.
            byte[] buffer = new byte[PolicyReader.MaxFileBytes + 1];
            int read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return read > PolicyReader.MaxFileBytes ? new([], TooLarge(read)) : new(buffer[..read], null);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new([], "the file does not exist; check its name");
        }
        catch (Exception e) when (e is UnauthorizedAccessException or System.Security.SecurityException)
        {
            return new([], "the file may not be read; check its permissions");
        }
        catch (Exception e) when (IsFileFault(e))
        {
            return new([], $"the file cannot be read: {e.Message}");
        }
    }

    /// <summary>What the file system throws for a file that cannot be used; anything else is a bug.</summary>
    public static bool IsFileFault(Exception e) =>
        e is IOException or UnauthorizedAccessException or System.Security.SecurityException or ArgumentException
            or NotSupportedException;

    public static string TooLarge(long bytes) =>
        $"the file has {bytes} bytes; at most {PolicyReader.MaxFileBytes} are read, so split it into several policies";
}
