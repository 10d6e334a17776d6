using System.Globalization;
using System.Text;

namespace OrleansLimiter.Decisions;

/// <summary>
/// The exclusive right of one process to write a file. It is a lock on the file <c>*.lock</c> beside it, which contains the id of the
/// process. The operating system releases the lock when the process ends, however it ends; the file stays.
/// </summary>
internal sealed class FileLock : IDisposable
{
    // EWOULDBLOCK of Linux and of macOS, and ERROR_SHARING_VIOLATION of Windows.
    private static readonly int[] HeldErrors = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>The file that is locked for a file.</summary>
    public static string PathOf(string path) => path + ".lock";

    /// <summary>Takes the lock of a file, and creates its folder.</summary>
    /// <param name="path">The file.</param>
    /// <param name="held">Creates the exception if another process, or another object in this process, has the lock.</param>
    /// <exception cref="IOException">The lock file cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The process has no permission to create the lock file.</exception>
    public static FileLock Take(string path, Func<string, IOException, Exception> held)
    {
        string file = PathOf(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            return Write(new(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, Share, bufferSize: 0));
        }
        catch (IOException error) when (HeldErrors.Contains(error.HResult))
        {
            throw held($"is in use by {HolderOf(file)}, which has the lock '{file}'. Stop that process, or use another file", error);
        }
    }

    public void Dispose() => _file.Dispose();

    // On Windows, a process that starts must be able to read who has the lock. Elsewhere only None is an exclusive lock, and it does not
    // prevent reading.
    private static FileShare Share => OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None;

    private static FileLock Write(FileStream file)
    {
        try
        {
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n")));
            return new(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static string HolderOf(string file)
    {
        Span<byte> content = stackalloc byte[16];
        try
        {
            using var handle = DurableFile.OpenUnlocked(file);
            string text = Encoding.ASCII.GetString(content[..RandomAccess.Read(handle, content, 0)]);
            return int.TryParse(text.TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out int process)
                ? $"process {process}" : "another process";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }
}
