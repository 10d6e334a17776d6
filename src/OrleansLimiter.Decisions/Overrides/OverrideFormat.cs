using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OrleansLimiter.Decisions;

/// <summary>
/// The bytes of a table: a line with the number of the format and the SHA-256 of everything after it, then JSON. The checksum detects
/// damage by crashes and disks. It does not protect against attackers: a user who can write the file can set overrides.
/// </summary>
internal static class OverrideFormat
{
    private const int Format = 1;
    private const string Start = "OrleansLimiter overrides, format ";
    private const string Sum = ", sha256 ";

    public static byte[] Write(OverrideTable table)
    {
        byte[] json = Json(table);
        return [.. Header(json), .. json];
    }

    internal static byte[] Json(OverrideTable table) => JsonSerializer.SerializeToUtf8Bytes(
        new(table.Version, table.Floor, [.. table.All.Select(StoredOverride.Of)]), StoredJson.Default.StoredTable);

    /// <inheritdoc cref="OverrideTable.TryParse"/>
    public static bool TryRead(
        byte[] content, [NotNullWhen(true)] out OverrideTable? table, [NotNullWhen(false)] out string? error, out bool damaged)
    {
        table = null;
        int line = Array.IndexOf(content, (byte)'\n');
        string header = line < 0 ? "" : Encoding.Latin1.GetString(content, 0, line);
        if (FormatOf(header) is { } format && format != Format)
        {
            (error, damaged) = ($"it has format {format}, which this version does not read. Start the version that wrote it", false);
            return false;
        }

        byte[] json = content[(line + 1)..];
        error = FormatOf(header) is null ? $"its first line is not '{Start}{Format}{Sum}' with a checksum"
            : !content.AsSpan(0, line + 1).SequenceEqual(Header(json)) ? "its content does not have the SHA-256 of its first line"
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

    // These errors have a valid checksum, so they come from another writer and not from damage.
    internal static string? Parse(ReadOnlySpan<byte> json, out OverrideTable? table)
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
                    return $"version {entry.Version} comes after version {last} in a table of version {stored.Version}; "
                        + "versions must increase";
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
