using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>What a refresh did with one policy or file; a host logs and counts it.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="File">The file.</param>
/// <param name="Policy">The policy's name; null where the file never held a valid one.</param>
/// <param name="Errors">With <see cref="PolicyChangeKind.Refused"/>: what is wrong; else empty.</param>
/// <param name="Warnings">What is allowed but unwise, such as other content under the same generation.</param>
public sealed record PolicyChange(
    PolicyChangeKind Kind,
    string File,
    string? Policy,
    IReadOnlyList<PolicyError> Errors,
    IReadOnlyList<PolicyError> Warnings);

/// <summary>What happened to a policy.</summary>
public enum PolicyChangeKind
{
    /// <summary>A new policy is in force.</summary>
    Loaded,

    /// <summary>A policy has new content.</summary>
    Replaced,

    /// <summary>Its file is gone, and so is the policy.</summary>
    Removed,

    /// <summary>A file is invalid: what was in force stays.</summary>
    Refused,
}
