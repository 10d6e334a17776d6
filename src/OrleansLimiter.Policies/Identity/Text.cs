namespace OrleansLimiter.Policies;

/// <summary>Validates text from requests and files before it becomes part of a key, a header or a page.</summary>
internal static class Text
{
    /// <summary>Returns the error, as a sentence; null if the text is valid. It never quotes the text, which can be hostile.</summary>
    public static string? Validate(string text, int maxLength)
    {
        if (text.Length == 0 || text.Length > maxLength)
        {
            return text.Length == 0
                ? $"it is empty; give 1 to {maxLength} characters"
                : $"it has {text.Length} characters; give at most {maxLength}";
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
                    return $"it has an unpaired surrogate as character {i + 1}; give valid Unicode text";
                }

                i++;
            }
        }

        return char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1])
            ? "it begins or ends with white space; leave that out"
            : null;
    }
}
