namespace OrleansLimiter.Policies;

/// <summary>The rules for the names of accounts.</summary>
public static class AccountNames
{
    /// <summary>The maximum length of a name: 256 UTF-16 code units.</summary>
    public const int MaxLength = 256;

    /// <summary>
    /// Returns the error, as the end of a sentence that begins with the field; null if the name is valid. A name has 1 to 256
    /// characters, no control character, no unpaired surrogate, and no white space at its beginning or end.
    /// </summary>
    public static string? Validate(string name) => Text.Validate(name, MaxLength);
}
