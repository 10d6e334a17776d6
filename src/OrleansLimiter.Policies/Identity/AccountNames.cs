namespace OrleansLimiter.Policies;

/// <summary>What an account may be called.</summary>
public static class AccountNames
{
    /// <summary>The longest name, in UTF-16 code units.</summary>
    public const int MaxLength = 256;

    /// <summary>
    /// The error, as the end of a sentence that begins with the field; null if there is none. A name has 1 to 256
    /// characters, none a control character or half a surrogate pair, and neither begins nor ends with white space.
    /// </summary>
    public static string? Validate(string name) => name.Length == 0 ? "it is empty; give 1 to 256 characters" : Text.Validate(name, MaxLength);
}
