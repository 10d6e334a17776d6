namespace OrleansLimiter.Decisions;

/// <summary>
/// Reads the records of a file of counts. Bytes that are no record are skipped up to the next one: at the end of the file, a crash left
/// them; anywhere else, the file is damaged.
/// </summary>
internal sealed class CountsReader(Stream file)
{
    private const int BufferSize = 1 << 20;

    private readonly Dictionary<string, string> _names = [];
    private byte[] _buffer = new byte[BufferSize];
    private int _start;
    private int _end;
    private long _position;

    /// <summary>The length of the file up to the end of the last record; 0 if not even the header is complete.</summary>
    public long ValidLength { get; private set; }

    /// <summary>The bytes after the last record.</summary>
    public long CutBytes => _position - ValidLength;

    /// <summary>Whether there are bytes between records that are no record, or records that cannot be interpreted.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Reads all records, oldest first.</summary>
    /// <exception cref="FormatException">The file cannot be used; the message says why, and what to do.</exception>
    public IEnumerable<CountsRecord> Read()
    {
        Ensure(BufferSize / 2);
        int header = CountsFormat.ReadHeader(_buffer.AsSpan(0, _end));
        if (header == 0)
        {
            _position = _end;
            yield break;
        }

        Advance(header);
        ValidLength = _position;
        for (bool isRecord = true; Ensure(1);)
        {
            if (!TryFind(out int length))
            {
                isRecord = false;
                SkipToMarker();
                continue;
            }

            IsDamaged |= !isRecord;
            isRecord = true;
            if (TryInterpret(length, out CountsRecord record))
            {
                yield return record;
            }

            Advance(CountsFormat.PrefixLength + length);
            ValidLength = _position;
        }
    }

    private bool TryFind(out int length)
    {
        length = 0;
        return Ensure(CountsFormat.PrefixLength)
            && CountsFormat.TryReadPrefix(_buffer.AsSpan(_start, CountsFormat.PrefixLength), out length, out uint checksum)
            && Ensure(CountsFormat.PrefixLength + length)
            && CountsFormat.Checksum(_buffer.AsSpan(_start + CountsFormat.PrefixLength, length)) == checksum;
    }

    // The checksum is right, so a program wrote a record that this one does not understand, or the memory was damaged.
    private bool TryInterpret(int length, out CountsRecord record)
    {
        try
        {
            record = CountsFormat.Read(_buffer, _start + CountsFormat.PrefixLength, length, Share);
            return true;
        }
        catch (FormatException)
        {
            IsDamaged = true;
            record = default;
            return false;
        }
    }

    private void SkipToMarker()
    {
        Advance(1);
        while (Ensure(CountsFormat.Marker.Length))
        {
            int found = _buffer.AsSpan(_start, _end - _start).IndexOf(CountsFormat.Marker);
            if (found >= 0)
            {
                Advance(found);
                return;
            }

            Advance(_end - _start - CountsFormat.Marker.Length + 1);
        }

        Advance(_end - _start);
    }

    private void Advance(int bytes) => (_start, _position) = (_start + bytes, _position + bytes);

    // Reads until the buffer has so many bytes; false if the file ends before.
    private bool Ensure(int bytes)
    {
        if (_buffer.Length - _start < bytes)
        {
            byte[] next = _buffer.Length < bytes ? new byte[Math.Max(bytes, 2 * _buffer.Length)] : _buffer;
            _buffer.AsSpan(_start, _end - _start).CopyTo(next);
            (_buffer, _start, _end) = (next, 0, _end - _start);
        }

        while (_end - _start < bytes)
        {
            int read = file.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }

    // Groups share the names of policies, endpoints and qualifiers.
    private string Share(string name)
    {
        if (_names.TryGetValue(name, out string? shared))
        {
            return shared;
        }

        _names[name] = name;
        return name;
    }
}
