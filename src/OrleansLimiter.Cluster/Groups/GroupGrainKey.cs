using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace OrleansLimiter.Cluster;

/// <summary>
/// The key of a group's grain: <c>kind:account|policy|endpoint|qualifier</c>. The account comes first, so that the groups of
/// an account are found by what their keys begin with. What would make two groups' keys one is escaped: the
/// delimiter, the escape itself, and halves of surrogate pairs, which UTF-8 cannot tell apart.
/// </summary>
internal static class GroupGrainKey
{
    /// <summary>What separates the kind of an account from its name.</summary>
    public const char EndOfKind = ':';

    private const char Delimiter = '|';
    private const char Escape = '%';

    /// <summary>The key of a group. Its scope is not in it: each scope has a grain type of its own.</summary>
    public static string Of(in GroupKey key) =>
        $"{Prefix(key.Account)}{Escaped(key.Policy)}|{Escaped(key.Endpoint)}|{Escaped(key.Qualifier)}";

    /// <summary>With what the keys of an account's groups begin, and no others.</summary>
    public static string Prefix(Account account) =>
        string.Concat(AccountKinds.Words[account.Kind], ":", Escaped(account.Name), "|");

    /// <summary>The group of a key.</summary>
    /// <exception cref="FormatException">It is not what <see cref="Of"/> writes.</exception>
    public static GroupKey Parse(Scope scope, string key)
    {
        string[] parts = key.Split(Delimiter);
        int end = parts[0].IndexOf(EndOfKind);
        return parts.Length == 4 && end >= 0 && AccountKinds.Words.TryGet(parts[0][..end], out AccountKind kind)
            ? new(scope, Unescaped(parts[1]), new(kind, Unescaped(parts[0][(end + 1)..])), Unescaped(parts[2]), Unescaped(parts[3]))
            : throw new FormatException($"'{key}' is not the key of a group: it should be kind:account|policy|endpoint|qualifier");
    }

    /// <summary>A part of a key; the text itself if nothing in it needs an escape.</summary>
    public static string Escaped(string text) =>
        text.AsSpan().IndexOfAny(Delimiter, Escape) < 0 && text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0
            ? text
            : Rewritten(text);

    private static string Rewritten(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        for (int i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                escaped.Append(text[i++]).Append(text[i]);
            }
            else if (text[i] is Delimiter or Escape || char.IsSurrogate(text[i]))
            {
                escaped.Append(CultureInfo.InvariantCulture, $"{Escape}{(int)text[i]:X4}");
            }
            else
            {
                escaped.Append(text[i]);
            }
        }

        return escaped.ToString();
    }

    private static string Unescaped(string text)
    {
        if (!text.Contains(Escape))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != Escape)
            {
                plain.Append(text[i]);
                continue;
            }

            plain.Append(TryCode(text, i + 1, out char code) ? code : throw new FormatException($"'{text}' has an escape without four hexadecimal digits"));
            i += 4;
        }

        return plain.ToString();
    }

    private static bool TryCode(string text, int start, [NotNullWhen(true)] out char code)
    {
        code = default;
        if (start + 4 > text.Length
            || !ushort.TryParse(text.AsSpan(start, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort value))
        {
            return false;
        }

        code = (char)value;
        return true;
    }
}
