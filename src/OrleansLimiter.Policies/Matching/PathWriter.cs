using System.Globalization;
using System.Text;

namespace OrleansLimiter.Policies.Matching;

/// <summary>Writes a path in normal form, resolving each segment as it ends.</summary>
/// <param name="buffer">Where it is written; what does not fit is left out, and <see cref="IsFull"/> says so.</param>
internal ref struct PathWriter(Span<char> buffer)
{
    private readonly Span<char> _buffer = buffer;
    private int _length;

    /// <summary>Whether something did not fit.</summary>
    public bool IsFull { get; private set; }

    /// <summary>What is written.</summary>
    public readonly ReadOnlySpan<char> Written => _buffer[.._length];

    /// <summary>Ends the segment before, and begins one.</summary>
    public void BeginSegment()
    {
        Resolve();
        Append('/');
    }

    /// <summary>Ends the path: an empty one is the root.</summary>
    public void End()
    {
        Resolve();
        if (_length == 0)
        {
            Append('/');
        }
    }

    /// <summary>Adds a character to the segment, escaped where it must be.</summary>
    public void Append(Rune rune)
    {
        if (PathCharacters.IsUnescaped(rune))
        {
            Append((char)rune.Value);
            return;
        }

        Span<byte> bytes = stackalloc byte[4];
        foreach (byte value in bytes[..rune.EncodeToUtf8(bytes)])
        {
            if (!(IsFull = IsFull || _buffer.Length - _length < 3))
            {
                _buffer[_length] = '%';
                value.TryFormat(_buffer[(_length + 1)..], out _, "X2", CultureInfo.InvariantCulture);
                _length += 3;
            }
        }
    }

    // Empty segments vanish before dot segments are resolved, as in servers that merge slashes: /a//../b is /b.
    private void Resolve()
    {
        int slash = Written.LastIndexOf('/');
        if (slash < 0)
        {
            return;
        }

        switch (Written[(slash + 1)..])
        {
            case "" or ".":
                _length = slash;
                break;
            case "..":
                _length = Math.Max(0, Written[..slash].LastIndexOf('/'));
                break;
        }
    }

    private void Append(char c)
    {
        if (!(IsFull = IsFull || _length == _buffer.Length))
        {
            _buffer[_length++] = c;
        }
    }
}
