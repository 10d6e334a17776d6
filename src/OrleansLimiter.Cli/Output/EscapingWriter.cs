using System.Text;

namespace OrleansLimiter.Cli;

/// <summary>
/// Writes plain text of programs and JSON, and escapes it as in <see cref="DisplayText"/>, except for line breaks and tabs. In JSON, such
/// characters occur in strings only, where the escapes are valid.
/// </summary>
internal sealed class EscapingWriter(TextWriter inner) : TextWriter
{
    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Write([value]);

    /// <inheritdoc/>
    public override void Write(string? value) => Write(value.AsSpan());

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer)
    {
        var text = new StringBuilder(buffer.Length);
        while (buffer.IndexOfAny('\r', '\n', '\t') is >= 0 and int at)
        {
            DisplayText.Append(text, buffer[..at]).Append(buffer[at]);
            buffer = buffer[(at + 1)..];
        }

        inner.Write(DisplayText.Append(text, buffer));
    }

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();
}
