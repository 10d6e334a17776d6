using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OrleansLimiter.Decisions;

/// <summary>
/// The bytes of a table: a line with the format's number and the SHA-256 of everything after it, then JSON. The sum
/// detects damage by crashes and disks. It does not protect against attackers: a user who can write the file can set overrides.
/// </summary>
internal static class OverrideFormat
{
    private const int Format = 1;
    private const string Start = "OrleansLimiter overrides, format ";
    private const string Sum = ", sha256 ";

    /// <summary>A table as bytes.</summary>
    public static byte[] Write(OverrideTable table)
    {
        var stored = new StoredTable(table.Version, table.Floor, [.. table.All.Select(StoredOverride.Of)]);
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(stored, StoredJson.Default.StoredTable);
        return [.. Header(json), .. json];
    }

    /// <summary>A table from bytes.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="table">The table; null if there is an error.</param>
    /// <param name="error">What was found; null if nothing is wrong.</param>
    /// <param name="damaged">Whether the error is damage, and not only another format.</param>
    /// <returns>Whether the bytes are a table.</returns>
    public static bool TryRead(
        byte[] content,
        [NotNullWhen(true)] out OverrideTable? table,
        [NotNullWhen(false)] out string? error,
        out bool damaged)
    {
        table = null;
        int line = Array.IndexOf(content, (byte)'\n');
        string header = line < 0 ? "" : Encoding.Latin1.GetString(content, 0, line);
        if (FormatOf(header) is { } format && format != Format)
        {
            error = $"it has format {format}, and this version reads format {Format}. Start the version that wrote it";
            damaged = false;
            return false;
        }

        damaged = true;
        byte[] json = content[(line + 1)..];
        error = FormatOf(header) is null ? $"its first line is not '{Start}{Format}{Sum}' with a sum"
            : !content.AsSpan(0, line + 1).SequenceEqual(Header(json)) ? "its content does not have the SHA-256 that its first line says"
            : Parse(json, out table);
        damaged = error is not null;
        return table is not null && error is null;
    }

    private static byte[] Header(byte[] json) =>
        Encoding.Latin1.GetBytes($"{Start}{Format}{Sum}{Convert.ToHexStringLower(SHA256.HashData(json))}\n");

    private static int? FormatOf(string header)
    {
        int sum = header.IndexOf(Sum, StringComparison.Ordinal);
        return sum >= Start.Length && header.StartsWith(Start, StringComparison.Ordinal)
            && int.TryParse(header.AsSpan(Start.Length, sum - Start.Length), out int format) ? format : null;
    }

    // The sum is right, so only another writer can have got these wrong.
    private static string? Parse(byte[] json, out OverrideTable? table)
    {
        table = null;
        try
        {
            var stored = JsonSerializer.Deserialize(json, StoredJson.Default.StoredTable);
            if (stored is null || stored.Overrides.Contains(null) || stored.Overrides.Any(entry => entry!.ContainsNull))
            {
                return "a part of it is null";
            }

            ImmutableArray<Override> all = [.. stored.Overrides.Select(entry => entry!.ToOverride())];
            uint last = 0;
            foreach (var entry in all)
            {
                if (entry.Version <= last || entry.Version > stored.Version)
                {
                    return $"version {entry.Version} comes after version {last} in a table of version {stored.Version}; versions must rise";
                }

                if (OverrideValidator.Validate(entry) is [var first, ..])
                {
                    return $"the override of version {entry.Version} is not valid: {first.Message}";
                }

                last = entry.Version;
            }

            if (all.Where(entry => entry.When is not null).GroupBy(entry => (entry.Policy, entry.Account))
                .Any(group => group.Count() > AccountOverrides.MaxConditional))
            {
                return $"an account has more than {AccountOverrides.MaxConditional} overrides with conditions under one policy";
            }

            table = OverrideTable.Restore(all, stored.Version, stored.Floor);
            return null;
        }
        catch (JsonException error)
        {
            return $"its content is not a table of overrides: {error.Message.TrimEnd('.')}";
        }
    }
}
