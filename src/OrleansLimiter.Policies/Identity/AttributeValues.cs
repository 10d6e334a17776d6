namespace OrleansLimiter.Policies;

/// <summary>What the value of an attribute may be.</summary>
internal static class AttributeValues
{
    /// <summary>The longest value, in UTF-16 code units.</summary>
    public const int MaxLength = 128;

    /// <summary>
    /// The error, as a sentence; null if there is none. A value has 1 to 128 characters, none a control
    /// character or half a surrogate pair, and neither begins nor ends with white space.
    /// </summary>
    public static string? Validate(string value) =>
        value.Length == 0 ? "it is empty; give 1 to 128 characters" : Text.Validate(value, MaxLength);
}
