namespace OrleansLimiter.Policies;

/// <summary>Something that is wrong with a policy file.</summary>
/// <param name="File">The file's name as it was given.</param>
/// <param name="Line">1-based; 0 where the error has no place.</param>
/// <param name="Column">1-based; 0 where the error has no place.</param>
/// <param name="Message">What was found and what would be right, in one sentence.</param>
public sealed record PolicyError(string File, int Line, int Column, string Message)
{
    /// <summary><c>file:line:column: message</c>, as compilers print it.</summary>
    public override string ToString() => Line > 0 ? $"{File}:{Line}:{Column}: {Message}" : $"{File}: {Message}";
}

/// <summary>What reading one policy file gave.</summary>
/// <param name="File">The file's name as it was given.</param>
/// <param name="Policy">The policy; null where there are errors.</param>
/// <param name="Errors">Everything that is wrong, in the file's order; empty where the policy is valid.</param>
/// <param name="Warnings">What is allowed but unwise, in the file's order.</param>
public sealed record PolicyReadResult(
    string File,
    PolicyDefinition? Policy,
    IReadOnlyList<PolicyError> Errors,
    IReadOnlyList<PolicyError> Warnings);
