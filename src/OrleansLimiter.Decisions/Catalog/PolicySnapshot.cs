using System.Collections.Frozen;

namespace OrleansLimiter.Decisions;

/// <summary>The policies in force at one moment. Immutable; a request uses one snapshot from start to end.</summary>
/// <param name="Policies">The policies by name.</param>
/// <param name="RefusedFiles">Files that are refused and have no policy in force, in the order of their names.</param>
public sealed record PolicySnapshot(FrozenDictionary<string, PolicyEntry> Policies, ImmutableArray<RefusedChange> RefusedFiles)
{
    /// <summary>A snapshot without policies.</summary>
    public static PolicySnapshot Empty { get; } = new(FrozenDictionary<string, PolicyEntry>.Empty, []);

    /// <summary>The policy if exactly one is loaded: the default for requests without a policy name. Otherwise null.</summary>
    public PolicyEntry? Only { get; } = Policies.Count == 1 ? Policies.Values[0] : null;
}

/// <summary>A policy in force.</summary>
/// <param name="Policy">The compiled policy.</param>
/// <param name="File">The file of the policy.</param>
/// <param name="Since">When it came into force.</param>
/// <param name="Refused">The change of its file that was refused since then; null if the current content of the file is in force.</param>
public sealed record PolicyEntry(Policy Policy, string File, DateTimeOffset Since, RefusedChange? Refused)
{
    /// <summary>When the file was found missing; null if it is there. The policy stays in force until it is removed.</summary>
    public DateTimeOffset? MissingSince { get; init; }
}

/// <summary>A refused change of a file.</summary>
/// <param name="File">The file.</param>
/// <param name="At">When the change was detected.</param>
/// <param name="Errors">The errors; at least one.</param>
public sealed record RefusedChange(string File, DateTimeOffset At, IReadOnlyList<PolicyError> Errors);
