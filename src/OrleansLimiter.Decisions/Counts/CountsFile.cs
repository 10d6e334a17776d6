using System.Globalization;

namespace OrleansLimiter.Decisions;

/// <summary>
/// The file of counts. Records are appended and flushed to the disk together. If the file is longer than twice what it contained when it
/// was replaced last, it is replaced by a new one with the states of now. A crash at any moment leaves a file that can be read.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="open">Opens a file for writing; null for the file system.</param>
internal sealed class CountsFile(string path, Func<string, FileMode, Stream>? open = null) : IDisposable
{
    // A shorter file is not worth replacing.
    private const long MinReplaced = 1 << 18;
    private const int ChunkSize = 1 << 20;

    private readonly MemoryStream _batch = new();
    private FileLock? _lock;
    private Stream? _log;
    private Stream? _to;
    private BinaryWriter? _writer;
    private long _length;
    private long _replacedLength;

    // The target of a link, because renaming a file over the link would replace the link.
    public string Path { get; } = new FileInfo(path).LinkTarget is null
        ? System.IO.Path.GetFullPath(path)
        : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;

    /// <summary>The length of the file in bytes.</summary>
    public long Length => Interlocked.Read(ref _length);

    /// <summary>Whether the next write must replace the file: it is too long, lacks states, or was removed.</summary>
    public bool NeedsReplacement => _log is null || _length > Math.Max(MinReplaced, 2 * _replacedLength) || !File.Exists(Path);

    /// <summary>Takes the lock of the file.</summary>
    /// <exception cref="CountsFileException">Another process uses the file.</exception>
    /// <exception cref="IOException">The lock file cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The process has no permission to create it.</exception>
    public void Lock() => _lock = FileLock.Take(Path, (finding, error) => new CountsFileException(Path, finding, error));

    /// <summary>Reads the last record of each group; none if there is no file.</summary>
    /// <exception cref="CountsFileException">The file cannot be used.</exception>
    public CountsReader Load(Dictionary<GroupKey, CountsRecord> last)
    {
        try
        {
            using Stream file = File.Exists(Path)
                ? new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0)
                : new MemoryStream();
            var reader = new CountsReader(file);
            foreach (CountsRecord record in reader.Read())
            {
                last[record.Key] = record;
            }

            return reader;
        }
        catch (FormatException error)
        {
            throw new CountsFileException(Path, error.Message, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CountsFileException(Path, $"cannot be read: {error.Message}. Start with --counts none to ignore it", error);
        }
    }

    /// <summary>Copies a damaged file. Repeated starts with the same file create one copy. Returns its name.</summary>
    public string Copy()
    {
        string stamp = File.GetLastWriteTimeUtc(Path).ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string copy = $"{Path}.damaged-{stamp}";
        File.Copy(Path, copy, overwrite: true);
        return copy;
    }

    /// <summary>Continues a file that was read completely, except for what a crash left at its end, which is removed.</summary>
    /// <param name="validLength">The length up to the end of the last record.</param>
    /// <param name="livingLength">The length of the records that are still needed.</param>
    public void Continue(long validLength, long livingLength)
    {
        Stream log = OpenForWriting(Path, FileMode.Open);
        try
        {
            log.SetLength(validLength);
            log.Seek(0, SeekOrigin.End);
            Flush(log);
        }
        catch
        {
            log.Dispose();
            throw;
        }

        (_log, _length, _replacedLength) = (log, validLength, livingLength);
    }

    /// <summary>Begins to append records.</summary>
    public void BeginAppend() => Begin(_log!);

    /// <summary>Begins to write a new file, which <see cref="End"/> puts in the place of the old one.</summary>
    public void BeginReplace()
    {
        Abandon();
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        Begin(OpenForWriting(DurableFile.Temporary(Path), FileMode.Create));
        _batch.Write(CountsFormat.Header);
    }

    /// <summary>Writes a record. It is on the disk after <see cref="End"/>.</summary>
    public void Write(in CountsRecord record)
    {
        CountsFormat.Write(_batch, _writer!, record);
        if (_batch.Length >= ChunkSize)
        {
            WriteBatch();
        }
    }

    /// <summary>Flushes what was written to the disk. Returns the number of bytes.</summary>
    public long End()
    {
        WriteBatch();
        long written = _to!.Position - (_to == _log ? _length : 0);
        if (written > 0)
        {
            Flush(_to);
        }

        if (_to != _log)
        {
            _to.Dispose();
            DurableFile.Rename(DurableFile.Temporary(Path), Path);
            _log = OpenForWriting(Path, FileMode.Open);
            _replacedLength = _log.Seek(0, SeekOrigin.End);
        }

        Interlocked.Exchange(ref _length, _log.Position);
        _to = null;
        return written;
    }

    /// <summary>Discards a write that failed. The next write must replace the file, because the end of the file is not known.</summary>
    public void Abandon()
    {
        bool isReplacing = _to is not null && _to != _log;
        try
        {
            _log?.Dispose();
            _to?.Dispose();
            if (isReplacing)
            {
                File.Delete(DurableFile.Temporary(Path)); // a full disk needs the space
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The write has failed already.
        }

        (_log, _to) = (null, null);
    }

    /// <summary>Closes the file and releases its lock.</summary>
    public void Dispose()
    {
        Abandon();
        _lock?.Dispose();
    }

    private void Begin(Stream to)
    {
        _to = to;
        _batch.SetLength(0);
        _writer ??= new(_batch);
    }

    private void WriteBatch()
    {
        _to!.Write(_batch.GetBuffer(), 0, (int)_batch.Length);
        _batch.SetLength(0);
    }

    private Stream OpenForWriting(string file, FileMode mode) =>
        open?.Invoke(file, mode) ?? new FileStream(file, mode, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);

    private static void Flush(Stream stream)
    {
        if (stream is FileStream file)
        {
            file.Flush(flushToDisk: true);
        }
        else
        {
            stream.Flush();
        }
    }
}
