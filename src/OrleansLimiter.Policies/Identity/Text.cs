using System.Globalization;

namespace OrleansLimiter.Policies;

/// <summary>What text from outside must be before it becomes part of a key, a header or a page.</summary>
internal static class Text
{
    /// <summary>The error, as a sentence; null if there is none. Never quotes it: it may be hostile.</summary>
    public static string? Validate(string text, int maxLength)
    {
        if (text.Length > maxLength)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it has {text.Length} characters; give at most {maxLength}");
        }

        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (char.IsControl(c))
            {
                return $"it has the control character U+{(int)c:X4} as character {i + 1}; leave control characters out";
            }

            if (char.IsSurrogate(c))
            {
                if (!char.IsSurrogatePair(text, i))
                {
                    return $"it has half a surrogate pair as character {i + 1}; give valid Unicode text";
                }

                i++;
            }
        }

        return text.Length > 0 && (char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]))
            ? "it begins or ends with white space; leave that out"
            : null;
    }
}
