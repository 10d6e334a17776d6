using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OrleansLimiter.Cluster;

/// <summary>
/// The key of the grain of a group: <c>kind:account|policy|endpoint|qualifier</c>. The account is first, so that the groups of an
/// account share a prefix. The delimiter, the escape character and unpaired surrogates (which UTF-8 cannot represent) are escaped, so
/// that no two groups have the same key.
/// </summary>
internal static partial class GroupGrainKey
{
    /// <summary>What separates the kind of an account from its name.</summary>
    public const char EndOfKind = ':';

    private const char Delimiter = '|';
    private const char EscapeCharacter = '%';

    /// <summary>Returns the key of a group. It does not contain the scope: each scope has its own grain type.</summary>
    public static string Of(in GroupKey key) =>
        $"{Prefix(key.Account)}{Escape(key.Policy)}|{Escape(key.Endpoint)}|{Escape(key.Qualifier)}";

    /// <summary>Returns the prefix of the keys of all groups of an account, and of no other groups.</summary>
    public static string Prefix(Account account) =>
        string.Concat(AccountKinds.Words[account.Kind], ":", Escape(account.Name), "|");

    /// <summary>Converts a key to a group.</summary>
    /// <exception cref="FormatException">The text is not a result of <see cref="Of"/>.</exception>
    public static GroupKey Parse(Scope scope, string key)
    {
        string[] parts = key.Split(Delimiter);
        int end = parts[0].IndexOf(EndOfKind);
        return parts.Length == 4 && end >= 0 && AccountKinds.Words.TryGet(parts[0][..end], out AccountKind kind)
            ? new(scope, Unescape(parts[1]), new(kind, Unescape(parts[0][(end + 1)..])), Unescape(parts[2]), Unescape(parts[3]))
            : throw new FormatException($"'{key}' is not the key of a group; the format is kind:account|policy|endpoint|qualifier");
    }

    /// <summary>Returns the account of a group from its key.</summary>
    /// <exception cref="FormatException">The text is not a result of <see cref="Of"/>.</exception>
    public static Account AccountOf(string key)
    {
        int end = key.IndexOf(EndOfKind);
        int delimiter = key.IndexOf(Delimiter);
        return end >= 0 && end < delimiter && AccountKinds.Words.TryGet(key[..end], out AccountKind kind)
            ? new(kind, Unescape(key[(end + 1)..delimiter]))
            : throw new FormatException($"'{key}' is not the key of a group; the format is kind:account|policy|endpoint|qualifier");
    }

    /// <summary>Escapes a part of a key; returns the text itself if nothing needs it.</summary>
    public static string Escape(string text) => CharacterToEscape.Replace(text, static match => $"%{(int)match.Value[0]:X4}");

    private static string Unescape(string text)
    {
        string[] parts = text.Split(EscapeCharacter);
        var plain = new StringBuilder(parts[0], text.Length);
        foreach (string part in parts.Skip(1))
        {
            plain.Append(part.Length >= 4 && ushort.TryParse(part.AsSpan(0, 4), NumberStyles.AllowHexSpecifier, null, out ushort code)
                ? (char)code
                : throw new FormatException($"'{text}' contains an escape character without four hexadecimal digits"));
            plain.Append(part, 4, part.Length - 4);
        }

        return plain.ToString();
    }

    // The delimiter, the escape character, and surrogates that are not part of a pair.
    [GeneratedRegex(@"[|%]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]")]
    private static partial Regex CharacterToEscape { get; }
}
