using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OrleansLimiter.Decisions;

/// <summary>
/// The bytes of the file of overrides: a first line, a table as JSON in one line, and a line for each change since then. A change appends a
/// line, so it does not cost the table. The first line has the length and the SHA-256 of the table; each other line begins with its own.
/// </summary>
internal static class OverrideJournal
{
    private const string Start = "OrleansLimiter overrides, format 2, sha256 ";
    private const string Length = ", bytes ";
    private const int SumLength = 64;

    /// <summary>Writes a file with a table and no changes.</summary>
    public static byte[] Write(OverrideTable table)
    {
        byte[] json = OverrideFormat.Json(table);
        return [.. Encoding.ASCII.GetBytes($"{Start}{Sum(json)}{Length}{json.Length}\n"), .. json, (byte)'\n'];
    }

    /// <summary>Writes the lines of changes.</summary>
    public static byte[] Write(IEnumerable<OverrideDelta> changes)
    {
        var lines = new MemoryStream();
        foreach (var change in changes)
        {
            var stored = new StoredChange(
                change.Version,
                change.Floor,
                change.Removed.IsEmpty ? null : [.. change.Removed],
                change.Added is null ? null : StoredOverride.Of(change.Added));
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(stored, StoredJson.Default.StoredChange);
            lines.Write(Encoding.ASCII.GetBytes(Sum(json) + " "));
            lines.Write(json);
            lines.WriteByte((byte)'\n');
        }

        return lines.ToArray();
    }

    /// <summary>Whether a file begins like one of this format.</summary>
    public static bool IsJournal(ReadOnlySpan<byte> content) => content.StartsWith(Encoding.ASCII.GetBytes(Start));

    /// <summary>
    /// Reads a file. A last line without a line break is what a crash left of a change that was not acknowledged; it is not part of
    /// <paramref name="length"/>.
    /// </summary>
    public static bool TryRead(
        ReadOnlySpan<byte> content, [NotNullWhen(true)] out OverrideTable? table, out int length, [NotNullWhen(false)] out string? error)
    {
        (table, length) = (null, 0);
        int line = content.IndexOf((byte)'\n');
        var (sum, bytes) = line < 0 ? ("", -1) : Header(Encoding.Latin1.GetString(content[..line]));
        if (bytes < 0 || bytes >= content.Length - line - 1 || content[line + 1 + bytes] != '\n')
        {
            error = "its first line does not have the length of its table";
            return false;
        }

        var json = content.Slice(line + 1, bytes);
        error = Sum(json) == sum ? OverrideFormat.Parse(json, out table) : "its table does not have the SHA-256 of its first line";
        length = line + bytes + 2;
        for (int number = 1; error is null && content[length..].IndexOf((byte)'\n') is >= 0 and int end; number++)
        {
            table = Apply(content.Slice(length, end), table!, out string? found);
            error = found is null ? null : $"change {number} after its table {found}";
            length += end + 1;
        }

        return error is null && table is not null;
    }

    private static (string Sum, int Bytes) Header(string line) =>
        line.StartsWith(Start, StringComparison.Ordinal) && line.Length > Start.Length + SumLength
            && line[(Start.Length + SumLength)..].StartsWith(Length, StringComparison.Ordinal)
            && int.TryParse(
                line.AsSpan(Start.Length + SumLength + Length.Length), System.Globalization.NumberStyles.None, null, out int bytes)
            ? (line.Substring(Start.Length, SumLength), bytes) : ("", -1);

    private static OverrideTable? Apply(ReadOnlySpan<byte> line, OverrideTable table, out string? error)
    {
        var json = line.Length > SumLength ? line[(SumLength + 1)..] : default;
        if (json.IsEmpty || line[SumLength] != ' ' || Encoding.Latin1.GetString(line[..SumLength]) != Sum(json))
        {
            error = "does not have its SHA-256";
            return null;
        }

        try
        {
            var stored = JsonSerializer.Deserialize(json, StoredJson.Default.StoredChange);
            var added = stored?.Added is { ContainsNull: false } some ? some.ToOverride() : null;
            error = stored is null || (added is null && stored.Added is not null) ? "contains null"
                : added is not null && OverrideValidator.Validate(added) is [var first, ..] ? $"is not valid: {first.Message}"
                : null;
            var next = error is null ? table.With(new(stored!.Version, stored.Floor, [.. stored.Removed ?? []], added)) : null;
            error ??= next is null ? "has a version that does not increase" : null;
            return next;
        }
        catch (JsonException exception)
        {
            error = $"is not a change of overrides: {exception.Message.TrimEnd('.')}";
            return null;
        }
    }

    private static string Sum(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
