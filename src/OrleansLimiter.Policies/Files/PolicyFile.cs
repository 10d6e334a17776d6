namespace OrleansLimiter.Policies;

/// <summary>The content of a file, or the reason why it could not be read.</summary>
/// <param name="Content">The content, in the buffer that it was read into; empty if there is an error.</param>
/// <param name="Error">The error; null if there is none.</param>
/// <param name="IsMissing">Whether the error is that the file does not exist.</param>
internal readonly record struct PolicyFile(ReadOnlyMemory<byte> Content, string? Error, bool IsMissing = false)
{
    private const int FirstBuffer = 16 * 1024;

    /// <summary>Reads a file, up to the maximum size of a policy.</summary>
    /// <param name="path">The file, or a link to it.</param>
    /// <param name="buffer">The buffer; replaced if it is too short. The content is valid until the buffer is used again.</param>
    public static PolicyFile Read(string path, ref byte[] buffer)
    {
        if (Directory.Exists(path))
        {
            return Failed("this is a directory; give the files in it");
        }

        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
            return stream.CanSeek && stream.Length > PolicyReader.MaxFileBytes
                ? Failed(TooLarge(stream.Length))
                : Read(stream, ref buffer);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Failed("the file does not exist; check its name") with { IsMissing = true };
        }
        catch (Exception e) when (IsFileError(e))
        {
            return Failed(e is UnauthorizedAccessException or System.Security.SecurityException
                ? "access to the file is denied; check its permissions"
                : $"the file cannot be read: {e.Message}");
        }
    }

    /// <summary>
    /// Whether the file has no length: an empty file, a named pipe or a device. The watcher does not open such a file, because
    /// opening a named pipe blocks until another process writes to it.
    /// </summary>
    public static bool HasNoLength(string path)
    {
        try
        {
            FileSystemInfo file = new FileInfo(path);
            file = file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
            return file is FileInfo { Exists: true, Length: 0 };
        }
        catch (Exception e) when (IsFileError(e))
        {
            return false; // The read that follows reports the error.
        }
    }

    /// <summary>Whether the file system throws an exception for a file that cannot be used. Any other exception is a bug.</summary>
    public static bool IsFileError(Exception e) => e is IOException or UnauthorizedAccessException
        or System.Security.SecurityException or ArgumentException or NotSupportedException;

    public static string TooLarge(long bytes) =>
        $"the file has {bytes} bytes; at most {PolicyReader.MaxFileBytes} are read, so split it into several policies";

    // A device or a pipe has no length, and a file can grow meanwhile, so the file is read to its end.
    private static PolicyFile Read(FileStream stream, ref byte[] buffer)
    {
        int count = 0;
        for (int read = 1; read > 0 && count <= PolicyReader.MaxFileBytes; count += read)
        {
            if (count == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Clamp(2 * count, FirstBuffer, PolicyReader.MaxFileBytes + 1));
            }

            read = stream.Read(buffer, count, buffer.Length - count);
        }

        return count > PolicyReader.MaxFileBytes ? Failed(TooLarge(count)) : new(buffer.AsMemory(0, count), null);
    }

    private static PolicyFile Failed(string error) => new(default, error);
}
