using System.Collections.Frozen;
using System.Collections.Immutable;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>The policies in force at one moment. Immutable; a reader holds one for the length of a request.</summary>
/// <param name="Policies">By name.</param>
/// <param name="RefusedFiles">Files that are refused and have no policy in force, in the order of their names.</param>
public sealed record PolicySnapshot(
    FrozenDictionary<string, PolicyEntry> Policies,
    ImmutableArray<RefusedChange> RefusedFiles)
{
    /// <summary>No policy at all.</summary>
    public static PolicySnapshot Empty { get; } = new(FrozenDictionary<string, PolicyEntry>.Empty, []);

    /// <summary>The policy where exactly one is loaded: what a request that names none means; else null.</summary>
    public PolicyEntry? Only { get; } = Policies.Count == 1 ? Policies.Values[0] : null;
}

/// <summary>A policy in force.</summary>
/// <param name="Policy">The policy, ready to decide.</param>
/// <param name="File">Where it was read.</param>
/// <param name="Since">When it came into force.</param>
/// <param name="Refused">The change of its file that was refused since then; null where the file says what is in force.</param>
public sealed record PolicyEntry(Policy Policy, string File, DateTimeOffset Since, RefusedChange? Refused);

/// <summary>A change of a file that was not taken.</summary>
/// <param name="File">The file.</param>
/// <param name="At">When it was seen.</param>
/// <param name="Errors">What is wrong with it; at least one.</param>
public sealed record RefusedChange(string File, DateTimeOffset At, IReadOnlyList<PolicyError> Errors);
