using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace OrleansLimiter.Decisions;

/// <summary>Replaces files durably: a crash leaves the old content or the new one, and content that was written is not lost.</summary>
internal static class DurableFile
{
    /// <summary>The file that is written first and then renamed. The next write replaces a file that a crash left.</summary>
    public static string Temporary(string path) => path + ".tmp";

    /// <summary>Replaces a file's content.</summary>
    public static void Replace(string path, byte[] content)
    {
        string temporary = Temporary(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        Rename(temporary, path);
    }

    /// <summary>Renames a file whose content is on the disk, over another one if there is one.</summary>
    public static void Rename(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        FlushFolder(Path.GetDirectoryName(to)!);
    }

    /// <summary>Opens a file for reading without asking for its lock, which another process may have.</summary>
    public static SafeFileHandle OpenUnlocked(string path) => OperatingSystem.IsWindows()
        ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
        : OpenDescriptor(path, "the file could not be opened");

    // The new name is part of the folder, which must be flushed as well, except on Windows. .NET cannot open a folder.
    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var handle = OpenDescriptor(folder, "the folder could not be flushed");
        RandomAccess.FlushToDisk(handle);
    }

    private static SafeFileHandle OpenDescriptor(string path, string failure)
    {
        int descriptor = Open(Encoding.UTF8.GetBytes(path + '\0'), flags: 0);
        return descriptor >= 0 ? new(descriptor, ownsHandle: true)
            : throw new IOException($"{failure} ('{path}'): {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open(byte[] path, int flags);
}
