using System.Text;
using System.Text.RegularExpressions;

namespace OrleansLimiter.Policies.Tests.Matching;

/// <summary>
/// The normal form of a path, slow and obvious: each segment becomes bytes, the bytes must be UTF-8 without control
/// characters, and every byte is written anew.
/// </summary>
internal static partial class SlowPath
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The normal form; null where there is none.</summary>
    public static string? Normal(string pathAndQuery)
    {
        string path = AbsoluteForm().Replace(pathAndQuery, "/");
        path = path.Split('?', '#')[0];
        if (!path.StartsWith('/') || path.Length > 8_192)
        {
            return null;
        }

        var segments = new List<string>();
        foreach (string raw in path.Split('/'))
        {
            if (Segment(raw) is not { } segment)
            {
                return null;
            }

            if (segment == ".." && segments.Count > 0)
            {
                segments.RemoveAt(segments.Count - 1);
            }
            else if (segment is not ("" or "." or ".."))
            {
                segments.Add(segment);
            }
        }

        string normal = "/" + string.Join('/', segments);
        return segments.Count > 256 || normal.Length > 8_192 ? null : normal;
    }

    private static string? Segment(string raw)
    {
        if (InvalidEscape().IsMatch(raw))
        {
            return null;
        }

        try
        {
            byte[] bytes = [.. Escape().Split(raw).SelectMany(Bytes)];
            return Strict.GetString(bytes).Any(char.IsControl) ? null : string.Concat(bytes.Select(Written));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static byte[] Bytes(string part) =>
        Escape().IsMatch(part) ? Convert.FromHexString(part[1..]) : Strict.GetBytes(part);

    private static string Written(byte value) =>
        char.IsAsciiLetterOrDigit((char)value) || "-._~!$&'()*+,;=:@".Contains((char)value) ? ((char)value).ToString() : $"%{value:X2}";

    [GeneratedRegex("^https?://[0-9A-Za-z._~!$&'()*+,;=:@%\\[\\]-]+(?=[/?#]|\\z)/?", RegexOptions.IgnoreCase)]
    private static partial Regex AbsoluteForm();

    [GeneratedRegex("%(?![0-9A-Fa-f]{2})")]
    private static partial Regex InvalidEscape();

    [GeneratedRegex("(%[0-9A-Fa-f]{2})")]
    private static partial Regex Escape();
}
