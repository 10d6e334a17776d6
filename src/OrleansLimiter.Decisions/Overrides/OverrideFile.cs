using System.Globalization;

namespace OrleansLimiter.Decisions;

/// <summary>
/// The file with the overrides of a host on one machine. One process writes it. A change is appended; when the changes are longer than the
/// table, the file is replaced by one with the table only.
/// </summary>
internal sealed class OverrideFile(string path)
{
    /// <summary>Changes of this length are appended, however short the table is: 1 MiB.</summary>
    public const int MinChanges = 1 << 20;

    // The state of the file after the last read or write; null before it, or if there is no file.
    private Stamp? _stamp;

    // The length of the table, and whether the file has this format and can be appended to.
    private long _table;
    private bool _canAppend;

    // Whether the last write failed, so that the file can be longer than it was, or be a new one.
    private bool _isUncertain;

    // The target of a link, because renaming a file over the link would replace the link.
    public string Path { get; } = new FileInfo(path).LinkTarget is null
        ? System.IO.Path.GetFullPath(path)
        : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;

    /// <summary>Reads the table; an empty one if there is no file. The time is part of the name of a copy of a damaged file.</summary>
    /// <exception cref="OverrideFileException">The file cannot be used.</exception>
    public OverrideTable Load(DateTimeOffset utcNow)
    {
        (_stamp, _canAppend) = (null, false);
        if (!TryRead(out byte[] content))
        {
            return OverrideTable.Empty;
        }

        bool isJournal = OverrideJournal.IsJournal(content);
        int length = content.Length;
        OverrideTable? table;
        string? error;
        bool damaged = true;
        if (isJournal ? OverrideJournal.TryRead(content, out table, out length, out error)
            : OverrideFormat.TryRead(content, out table, out error, out damaged))
        {
            // What a crash left of a line is removed with the next change.
            (_stamp, _canAppend, _table) = (Stamp.Of(Path)! with { Length = length }, isJournal, length);
            _isUncertain = length < content.Length;
            return table;
        }

        throw damaged ? new OverrideFileException(Path, $"is damaged: {error}. {Copy(content, utcNow)}")
            : new OverrideFileException(Path, $"cannot be used: {error}");
    }

    /// <summary>
    /// Writes the changes that led to a table durably, or the whole table. If only the flush of the folder fails, the new content can be on
    /// the disk nevertheless.
    /// </summary>
    /// <exception cref="IOException">The file could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The process has no permission to write the file.</exception>
    /// <exception cref="OverrideFileException">Another process changed the file since it was loaded or saved.</exception>
    public void Save(OverrideTable table, IReadOnlyCollection<OverrideDelta>? changes = null)
    {
        bool exists = Exists();
        byte[]? lines = exists && _canAppend && changes is { Count: > 0 } ? OverrideJournal.Write(changes) : null;
        _isUncertain = true;
        if (lines is not null && _stamp!.Length + lines.Length - _table <= Math.Max(_table, MinChanges))
        {
            Append(lines);
        }
        else
        {
            byte[] content = OverrideJournal.Write(table);
            DurableFile.Replace(Path, content);
            (_stamp, _table, _canAppend) = (Stamp.Of(Path), content.Length, true);
        }

        _isUncertain = false;
    }

    // The length and the time are compared and not the content, because a change must not cost the table.
    private bool Exists()
    {
        var found = Stamp.Of(Path);
        if (found is null || _stamp is null || found == _stamp || (_isUncertain && found.Length >= _stamp.Length && HasStart()))
        {
            return found is not null;
        }

        throw new OverrideFileException(
            Path,
            "was changed outside this host: it is damaged, or another process writes it. Move the file away, and the next "
            + "change writes all overrides in force; or restart the host to use the content of the file");
    }

    // After a failed write, the time of the file is that of the write. Its first bytes tell whether it is this file at all.
    private bool HasStart()
    {
        Span<byte> start = stackalloc byte[64];
        using var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        return OverrideJournal.IsJournal(start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]);
    }

    private void Append(byte[] lines)
    {
        using (var file = new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 0))
        {
            file.SetLength(_stamp!.Length);
            file.Position = _stamp.Length;
            file.Write(lines);
            file.Flush(flushToDisk: true);
        }

        _stamp = Stamp.Of(Path);
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

    private sealed record Stamp(long Length, DateTime Written)
    {
        public static Stamp? Of(string path) =>
            new FileInfo(path) is { Exists: true } file ? new(file.Length, file.LastWriteTimeUtc) : null;
    }
}

/// <summary>Thrown if the file of overrides exists, but cannot be used. Continuing without it would change limits without notice.</summary>
/// <param name="path">The file.</param>
/// <param name="finding">What is wrong, and how to correct it; it follows the name of the file in the message.</param>
/// <param name="cause">The exception of the file system; null if there is none.</param>
public sealed class OverrideFileException(string path, string finding, Exception? cause = null)
    : Exception($"the file of overrides '{path}' {finding}", cause);
