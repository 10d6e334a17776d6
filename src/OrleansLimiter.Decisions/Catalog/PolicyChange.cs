namespace OrleansLimiter.Decisions;

/// <summary>A change of one policy or file in a refresh. A host logs and counts it.</summary>
/// <param name="Kind">The kind of change.</param>
/// <param name="File">The file.</param>
/// <param name="Policy">The name of the policy; null if the file never contained a valid one.</param>
/// <param name="Errors">The errors of a <see cref="PolicyChangeKind.Refused"/> change; otherwise empty.</param>
/// <param name="Warnings">All warnings, such as other content under the same generation.</param>
public sealed record PolicyChange(
    PolicyChangeKind Kind, string File, string? Policy, IReadOnlyList<PolicyError> Errors, IReadOnlyList<PolicyError> Warnings);

/// <summary>The kinds of changes.</summary>
public enum PolicyChangeKind
{
    /// <summary>A new policy is in force.</summary>
    Loaded,

    /// <summary>A policy has new content.</summary>
    Replaced,

    /// <summary>The policy was removed, because its file was removed.</summary>
    Removed,

    /// <summary>A file is invalid: the policy in force stays.</summary>
    Refused,

    /// <summary>The file of a policy is missing: the policy stays in force for now.</summary>
    Missing,
}
