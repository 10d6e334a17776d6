using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>A limit as far as it could be read, and where its parts stand.</summary>
internal sealed record LimitDraft(Mark At, string Name)
{
    public Scope? Scope { get; init; }

    /// <summary>When it applies.</summary>
    public Condition When { get; init; } = Condition.Always;

    /// <summary>When it does not.</summary>
    public Condition? Unless { get; init; }

    /// <summary>Further dimensions of its buckets.</summary>
    public ImmutableArray<string> Key { get; init; } = [];

    /// <summary>Its cases; the only one of a limit without <c>cases:</c> stands where the limit stands.</summary>
    public ImmutableArray<CaseDraft> Cases { get; init; } = [];

    /// <summary>Whether permits of it may be leased.</summary>
    public bool Lease { get; init; }

    /// <summary>Where that stands.</summary>
    public Mark LeaseAt { get; init; }

    public ImmutableArray<HeaderDraft> Headers { get; init; } = [];

    /// <summary>Whether everything that decides when it applies could be read.</summary>
    public bool IsSound { get; init; }

    /// <summary>The limit; only where the file has no error.</summary>
    public LimitDefinition ToDefinition() => new()
    {
        Name = Name,
        Scope = Scope!.Value,
        When = When,
        Unless = Unless,
        Key = Key,
        Cases = [.. Cases.Select(one => new LimitCase(one.When, one.Rule!))],
        Lease = Lease,
        Headers = [.. Headers.Select(header => header.Definition)],
    };
}

/// <summary>A case as far as it could be read.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="When">When it is meant.</param>
/// <param name="Rule">What it enforces; null if its numbers are invalid.</param>
internal sealed record CaseDraft(Mark At, Condition When, Rule? Rule);
