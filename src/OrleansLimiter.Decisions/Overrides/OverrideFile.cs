using System.Globalization;
using System.Security.Cryptography;

namespace OrleansLimiter.Decisions;

/// <summary>
/// The file in which a host on one machine keeps its overrides. It is always written whole, under another name, and
/// then put in the place of the old one; a crash at any moment leaves the old content or the new. One process writes.
/// </summary>
internal sealed class OverrideFile(string path)
{
    // The sums of what the file held when it was last looked at (null: never yet) and of what was written since.
    private byte[]? _kept;
    private byte[] _tried = [];

    // Through a link: putting a file in the place of the link would move the content off the volume that it points to.
    public string Path { get; } = new FileInfo(path).LinkTarget is null
        ? System.IO.Path.GetFullPath(path)
        : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;

    /// <summary>The table in the file; the empty one where there is no file.</summary>
    /// <param name="utcNow">Names the copy of a damaged file.</param>
    /// <exception cref="OverrideFileException">The file cannot be used.</exception>
    public OverrideTable Load(DateTimeOffset utcNow)
    {
        _kept = [];
        if (!TryRead(out byte[] content))
        {
            return OverrideTable.Empty;
        }

        _kept = SHA256.HashData(content);
        return OverrideFormat.TryRead(content, out var table, out string? error, out bool damaged) ? table
            : damaged ? throw new OverrideFileException(Path, $"is damaged: {error}. {KeepAside(content, utcNow)}")
            : throw new OverrideFileException(Path, $"cannot be used: {error}");
    }

    /// <summary>
    /// Writes the table; when this returns, it has reached the disk. Where the folder alone could not be flushed, it may
    /// have reached the disk though this throws: the next change, or a restart, settles it.
    /// </summary>
    /// <exception cref="IOException">It could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    /// <exception cref="OverrideFileException">Another process changed the file since it was loaded or saved.</exception>
    public void Save(OverrideTable table)
    {
        if (_kept is not null && TryRead(out byte[] found))
        {
            byte[] sum = SHA256.HashData(found);
            _kept = sum.SequenceEqual(_kept) || sum.SequenceEqual(_tried) ? sum : throw new OverrideFileException(
                Path,
                "is not as this host left it: it was damaged, or somebody else writes it. Move it away, and the next "
                + "change writes every override in force; or start the host again to use what it holds");
        }

        byte[] content = OverrideFormat.Write(table);
        _tried = SHA256.HashData(content);
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

    private string KeepAside(byte[] content, DateTimeOffset utcNow)
    {
        const string Remedy = "Put a good copy in its place, or move it away to start without overrides; until then it is left as it is";
        string stamp = utcNow.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string copy = $"{Path}.damaged-{stamp}";
        try
        {
            // A host that is restarted again and again keeps one copy, not one for each attempt.
            if (Copies().FirstOrDefault(file => File.ReadAllBytes(file).AsSpan().SequenceEqual(content)) is { } kept)
            {
                copy = kept;
            }
            else
            {
                using var file = new FileStream(copy, FileMode.CreateNew);
                file.Write(content);
            }

            return $"A copy is kept as '{copy}'. {Remedy}";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"No copy could be kept as '{copy}' ({error.Message}). {Remedy}";
        }
    }

    private IEnumerable<string> Copies() => Directory.EnumerateFiles(
        System.IO.Path.GetDirectoryName(Path)!, System.IO.Path.GetFileName(Path) + ".damaged-*");
}

/// <summary>The file of overrides is there but cannot be used. Going on without it would silently lift or lose limits.</summary>
/// <param name="path">The file.</param>
/// <param name="finding">What is wrong, and what can be done; it follows the file's name.</param>
/// <param name="cause">What the system said.</param>
public sealed class OverrideFileException(string path, string finding, Exception? cause = null)
    : Exception($"the file of overrides '{path}' {finding}", cause);
