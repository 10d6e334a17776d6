namespace OrleansLimiter.Policies;

/// <summary>What policies and their limits may be called.</summary>
public static class PolicyNames
{
    /// <summary>
    /// What is wrong with a policy's name, as the end of a sentence; null if nothing is. It has 1 to 64 lower-case letters,
    /// digits and <c>-</c>.
    /// </summary>
    public static string? ValidatePolicy(string name) => Names.Policy.Validate(name);

    /// <summary>
    /// What is wrong with a limit's name, as the end of a sentence; null if nothing is. It has 1 to 64 letters, digits, <c>-</c>
    /// and <c>_</c>.
    /// </summary>
    public static string? ValidateLimit(string name) => Names.Limit.Validate(name);
}
