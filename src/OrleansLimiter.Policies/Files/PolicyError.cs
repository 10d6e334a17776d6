namespace OrleansLimiter.Policies;

/// <summary>An error or a warning in a policy file.</summary>
/// <param name="File">The file, as the caller named it.</param>
/// <param name="Line">The line, from 1; 0 if the error has no position.</param>
/// <param name="Column">The column, from 1; 0 if the error has no position.</param>
/// <param name="Message">One sentence: what was found, and what is expected.</param>
public sealed record PolicyError(string File, int Line, int Column, string Message)
{
    /// <summary>Returns <c>file:line:column: message</c>, the format of compilers.</summary>
    public override string ToString() => Line > 0 ? $"{File}:{Line}:{Column}: {Message}" : $"{File}: {Message}";
}

/// <summary>The result of reading one policy file.</summary>
/// <param name="File">The file, as the caller named it.</param>
/// <param name="Policy">The policy; null if there are errors.</param>
/// <param name="Errors">All errors, in the order of the file; empty if the policy is valid.</param>
/// <param name="Warnings">All warnings, in the order of the file.</param>
public sealed record PolicyReadResult(
    string File, PolicyDefinition? Policy, IReadOnlyList<PolicyError> Errors, IReadOnlyList<PolicyError> Warnings);
