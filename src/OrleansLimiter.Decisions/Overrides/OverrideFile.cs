using System.Globalization;
using System.Security.Cryptography;

namespace OrleansLimiter.Decisions;

/// <summary>The file with the overrides of a host on one machine. One process writes it, always as a whole.</summary>
internal sealed class OverrideFile(string path)
{
    // The checksums of the content that was last read (null before the first read), and of the content of the last write.
    private byte[]? _read;
    private byte[] _written = [];

    // The target of a link, because renaming a file over the link would replace the link.
    public string Path { get; } = new FileInfo(path).LinkTarget is null
        ? System.IO.Path.GetFullPath(path)
        : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;

    /// <summary>Reads the table; an empty one if there is no file. The time is part of the name of a copy of a damaged file.</summary>
    /// <exception cref="OverrideFileException">The file cannot be used.</exception>
    public OverrideTable Load(DateTimeOffset utcNow)
    {
        _read = [];
        if (!TryRead(out byte[] content))
        {
            return OverrideTable.Empty;
        }

        _read = SHA256.HashData(content);
        return OverrideFormat.TryRead(content, out var table, out string? error, out bool damaged) ? table
            : damaged ? throw new OverrideFileException(Path, $"is damaged: {error}. {Copy(content, utcNow)}")
            : throw new OverrideFileException(Path, $"cannot be used: {error}");
    }

    /// <summary>Writes the table durably. If only the flush of the folder fails, the new content can be on the disk nevertheless.</summary>
    /// <exception cref="IOException">The file could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The process has no permission to write the file.</exception>
    /// <exception cref="OverrideFileException">Another process changed the file since it was loaded or saved.</exception>
    public void Save(OverrideTable table)
    {
        if (_read is not null && TryRead(out byte[] found))
        {
            byte[] sum = SHA256.HashData(found);
            _read = sum.SequenceEqual(_read) || sum.SequenceEqual(_written) ? sum : throw new OverrideFileException(
                Path,
                "was changed outside this host: it is damaged, or another process writes it. Move the file away, and the next "
                + "change writes all overrides in force; or restart the host to use the content of the file");
        }

        byte[] content = OverrideFormat.Write(table);
        _written = SHA256.HashData(content);
        DurableFile.Replace(Path, content);
    }

    private bool TryRead(out byte[] content)
    {
        content = [];
        try
        {
            content = File.ReadAllBytes(Path);
            return true;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OverrideFileException(Path, $"cannot be read: {error.Message}", error);
        }
    }

    private string Copy(byte[] content, DateTimeOffset utcNow)
    {
        const string Remedy = "Replace the file with a valid copy, or move it away to start without overrides. The host does not change it";
        string stamp = utcNow.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string copy = $"{Path}.damaged-{stamp}";
        try
        {
            // Repeated restarts of a host create only one copy.
            var copies = Directory.EnumerateFiles(System.IO.Path.GetDirectoryName(Path)!, System.IO.Path.GetFileName(Path) + ".damaged-*");
            if (copies.FirstOrDefault(file => File.ReadAllBytes(file).AsSpan().SequenceEqual(content)) is { } existing)
            {
                copy = existing;
            }
            else
            {
                using var file = new FileStream(copy, FileMode.CreateNew);
                file.Write(content);
            }

            return $"A copy was saved as '{copy}'. {Remedy}";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"A copy could not be saved as '{copy}' ({error.Message}). {Remedy}";
        }
    }
}

/// <summary>Thrown if the file of overrides exists, but cannot be used. Continuing without it would change limits without notice.</summary>
/// <param name="path">The file.</param>
/// <param name="finding">What is wrong, and how to correct it; it follows the name of the file in the message.</param>
/// <param name="cause">The exception of the file system; null if there is none.</param>
public sealed class OverrideFileException(string path, string finding, Exception? cause = null)
    : Exception($"the file of overrides '{path}' {finding}", cause);
