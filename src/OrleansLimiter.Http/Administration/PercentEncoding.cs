using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace OrleansLimiter.Http;

/// <summary>Decodes the escapes of a URI once. Unlike the methods of .NET, it refuses invalid escapes and invalid UTF-8.</summary>
internal static partial class PercentEncoding
{
    public static bool TryDecode(string encoded, [NotNullWhen(true)] out string? text)
    {
        // UrlDecodeToBytes decodes a plus sign as a space.
        byte[] bytes = Encoding.UTF8.GetBytes(encoded.Replace("+", "%2B", StringComparison.Ordinal));
        bytes = WebUtility.UrlDecodeToBytes(bytes, 0, bytes.Length);
        text = InvalidEscape().IsMatch(encoded) || !Utf8.IsValid(bytes) ? null : Encoding.UTF8.GetString(bytes);
        return text is not null;
    }

    [GeneratedRegex("%(?![0-9A-Fa-f]{2})")]
    private static partial Regex InvalidEscape();
}
