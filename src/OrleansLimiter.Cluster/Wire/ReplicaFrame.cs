namespace OrleansLimiter.Cluster;

/// <summary>One state in a frame.</summary>
/// <param name="group">The scope of the group as a byte, and the key of its grain in UTF-8.</param>
/// <param name="state">The state, as <see cref="GroupSnapshot"/> writes it. Empty: no permits are in use.</param>
/// <param name="age">The time since the moment of the state.</param>
/// <param name="decay">The time after which the state has decayed.</param>
/// <param name="behind">How much lower the number of the state is than that of its message.</param>
/// <param name="flags">See <see cref="ReplicaFlags"/>.</param>
internal readonly ref struct ReplicaRecord(
    ReadOnlySpan<byte> group, ReadOnlySpan<byte> state, TimeSpan age, TimeSpan decay, long behind, ReplicaFlags flags)
{
    public readonly ReadOnlySpan<byte> Group = group;
    public readonly ReadOnlySpan<byte> State = state;
    public readonly TimeSpan Age = age;
    public readonly TimeSpan Decay = decay;
    public readonly long Behind = behind;
    public readonly ReplicaFlags Flags = flags;
}

/// <summary>What is said of a state in a frame. The numbers are a contract.</summary>
[Flags]
internal enum ReplicaFlags : byte
{
    None = 0,

    /// <summary>The group counts against the bound of its account.</summary>
    CountsForAccount = 1,

    /// <summary>Permits were returned, so the state replaces the one that is kept, also if it has consumed less.</summary>
    Replaces = 2,
}

/// <summary>
/// Writes states into bytes: the version, and for each state its flags, age, decay, number, group and state. One array for hundreds of
/// states is several times as cheap to serialize as an object for each.
/// </summary>
internal sealed class ReplicaFrameWriter
{
    /// <summary>The version of the format: the first byte.</summary>
    public const byte Version = 1;

    private const int MaxHeader = 1 + (5 * 10);

    private byte[] _bytes = new byte[1 << 12];
    private int _length = 1;

    /// <summary>The number of states.</summary>
    public int Count { get; private set; }

    /// <summary>The number of bytes so far.</summary>
    public int Length => _length;

    /// <summary>Writes the scope and the key of a group as the name of a record.</summary>
    public static void Name(Scope scope, ReadOnlySpan<byte> key, Span<byte> name)
    {
        name[0] = (byte)scope;
        key.CopyTo(name[1..]);
    }

    /// <summary>Adds a state.</summary>
    public void Add(in ReplicaRecord record)
    {
        Span<byte> to = Reserve(MaxHeader + record.Group.Length + record.State.Length);
        to[0] = (byte)record.Flags;
        int at = 1;
        WriteNumber(to, ref at, record.Age.Ticks);
        WriteNumber(to, ref at, record.Decay.Ticks);
        WriteNumber(to, ref at, record.Behind);
        WriteBytes(to, ref at, record.Group);
        WriteBytes(to, ref at, record.State);
        _length += at;
        Count++;
    }

    /// <summary>Returns the bytes and begins again.</summary>
    public byte[] Take()
    {
        _bytes[0] = Version;
        byte[] frame = _bytes.AsSpan(0, _length).ToArray();
        (_length, Count) = (1, 0);
        return frame;
    }

    private Span<byte> Reserve(int bytes)
    {
        if (_length + bytes > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_length + bytes, _bytes.Length * 2));
        }

        return _bytes.AsSpan(_length);
    }

    private static void WriteBytes(Span<byte> to, ref int at, ReadOnlySpan<byte> bytes)
    {
        WriteNumber(to, ref at, bytes.Length);
        bytes.CopyTo(to[at..]);
        at += bytes.Length;
    }

    private static void WriteNumber(Span<byte> to, ref int at, long number)
    {
        ulong rest = (ulong)Math.Max(0, number);
        for (; rest >= 0x80; rest >>= 7)
        {
            to[at++] = (byte)(rest | 0x80);
        }

        to[at++] = (byte)rest;
    }
}

/// <summary>Reads what <see cref="ReplicaFrameWriter"/> has written, without copies.</summary>
internal ref struct ReplicaFrameReader
{
    /// <summary>The maximum length of a group's name in bytes: 64 KiB.</summary>
    public const int MaxName = ushort.MaxValue;

    /// <summary>The longest age of a state, and the longest time until it has decayed: 3,660 days, longer than any window.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromDays(3_660);

    private ReadOnlySpan<byte> _rest;
    private bool _isDamaged;

    /// <summary>Whether a frame of this version has no states.</summary>
    public static bool IsEmpty(ReadOnlySpan<byte> frame) => frame is [ReplicaFrameWriter.Version];

    /// <summary>Begins to read.</summary>
    public ReplicaFrameReader(ReadOnlySpan<byte> frame)
    {
        _isDamaged = frame.Length == 0 || frame[0] != ReplicaFrameWriter.Version;
        _rest = _isDamaged ? default : frame[1..];
    }

    /// <summary>Why a frame cannot be read; null if it can be read to its end.</summary>
    public static string? Check(ReadOnlySpan<byte> frame)
    {
        if (frame.Length == 0 || frame[0] != ReplicaFrameWriter.Version)
        {
            return $"its format is version {(frame.Length == 0 ? 0 : frame[0])}; this silo reads version {ReplicaFrameWriter.Version}";
        }

        var reader = new ReplicaFrameReader(frame);
        int count = 0;
        while (reader.TryRead(out _))
        {
            count++;
        }

        return reader._isDamaged ? $"it is damaged after state {count}" : null;
    }

    /// <summary>Reads the next state. Returns false at the end, or where the frame is damaged.</summary>
    public bool TryRead(out ReplicaRecord record)
    {
        record = default;
        if (_isDamaged || _rest.Length == 0)
        {
            return false;
        }

        var flags = (ReplicaFlags)_rest[0];
        _rest = _rest[1..];
        bool valid = TryReadNumber(out long age) & TryReadNumber(out long decay) & TryReadNumber(out long behind)
            & TryReadBytes(out ReadOnlySpan<byte> group) & TryReadBytes(out ReadOnlySpan<byte> state);
        if (!valid || age > MaxTime.Ticks || decay > MaxTime.Ticks
            || group.Length is < 2 or > MaxName || ScopeDescriptor.Find((Scope)group[0]) is null
            || (flags & ~(ReplicaFlags.CountsForAccount | ReplicaFlags.Replaces)) != 0)
        {
            _isDamaged = true;
            return false;
        }

        record = new(group, state, new(age), new(decay), behind, flags);
        return true;
    }

    private bool TryReadBytes(out ReadOnlySpan<byte> bytes)
    {
        bool valid = TryReadNumber(out long length) && length <= _rest.Length;
        bytes = valid ? _rest[..(int)length] : default;
        _rest = valid ? _rest[(int)length..] : default;
        return valid;
    }

    private bool TryReadNumber(out long number)
    {
        number = 0;
        for (int i = 0, shift = 0; i < _rest.Length && shift < 63; i++, shift += 7)
        {
            number |= (long)(_rest[i] & 0x7F) << shift;
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
