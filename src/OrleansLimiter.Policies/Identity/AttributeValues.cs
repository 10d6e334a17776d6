namespace OrleansLimiter.Policies;

/// <summary>The rules for the values of attributes.</summary>
internal static class AttributeValues
{
    /// <summary>The maximum length of a value: 128 UTF-16 code units.</summary>
    public const int MaxLength = 128;

    /// <summary>Returns the error of a value; null if it is valid. The rules are those of <see cref="AccountNames"/>.</summary>
    public static string? Validate(string value) => Text.Validate(value, MaxLength);
}
