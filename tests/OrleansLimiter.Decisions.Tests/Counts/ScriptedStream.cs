namespace OrleansLimiter.Decisions.Tests.Counts;

/// <summary>A file on a disk that can be full or slow.</summary>
internal sealed class ScriptedStream(string path, FileMode mode) : Stream
{
    private readonly FileStream _file = new(path, mode, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    /// <summary>The bytes that the disk has room for.</summary>
    public Func<long> Free { get; init; } = () => long.MaxValue;

    public Action OnFlush { get; init; } = () => { };

    public override bool CanRead => false;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => _file.Length;

    public override long Position { get => _file.Position; set => _file.Position = value; }

    public override void Write(byte[] buffer, int offset, int count)
    {
        long room = Math.Min(count, Free());
        _file.Write(buffer, offset, (int)room);
        if (room < count)
        {
            throw new IOException("No space left on device");
        }
    }

    public override void Flush()
    {
        _file.Flush();
        OnFlush();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => _file.Seek(offset, origin);

    public override void SetLength(long value) => _file.SetLength(value);

    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        base.Dispose(disposing);
    }
}
