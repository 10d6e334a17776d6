using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace OrleansLimiter.Decisions;

/// <summary>Writing a file so that a crash leaves the old content or the new, and nothing that returned is lost.</summary>
internal static class DurableFile
{
    /// <summary>The name under which content is written first; what a crash leaves there is overwritten by the next try.</summary>
    public static string Temporary(string path) => path + ".tmp";

    /// <summary>Replaces a file's content.</summary>
    public static void Replace(string path, byte[] content)
    {
        string folder = Path.GetDirectoryName(path)!;
        string temporary = Temporary(path);
        Directory.CreateDirectory(folder);
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        FlushFolder(folder);
    }

    // The new name is part of the folder. Windows flushes it by itself; elsewhere a folder is flushed like a file, but
    // .NET opens none.
    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(Encoding.UTF8.GetBytes(folder + '\0'), flags: 0);
        if (descriptor < 0)
        {
            throw new IOException($"folder '{folder}' could not be flushed: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.FlushToDisk(handle);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open(byte[] path, int flags);
}
