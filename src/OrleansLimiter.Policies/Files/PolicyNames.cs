namespace OrleansLimiter.Policies;

/// <summary>The rules for the names of policies and limits. Each method returns the error as the end of a sentence, or null.</summary>
public static class PolicyNames
{
    /// <summary>Validates the name of a policy: 1 to 64 lower-case letters, digits and <c>-</c>.</summary>
    public static string? ValidatePolicy(string name) => Names.Policy.Validate(name);

    /// <summary>Validates the name of a limit: 1 to 64 letters, digits, <c>-</c> and <c>_</c>.</summary>
    public static string? ValidateLimit(string name) => Names.Limit.Validate(name);
}
