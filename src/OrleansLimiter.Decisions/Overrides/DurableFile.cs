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
        (string folder, string temporary) = (Path.GetDirectoryName(path)!, Temporary(path));
        Directory.CreateDirectory(folder);
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        FlushFolder(folder);
    }

    // The new name is part of the folder, which must be flushed as well, except on Windows. .NET cannot open a folder.
    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(Encoding.UTF8.GetBytes(folder + '\0'), flags: 0);
        if (descriptor < 0)
        {
            throw new IOException($"the folder '{folder}' could not be flushed: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.FlushToDisk(handle);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open(byte[] path, int flags);
}
