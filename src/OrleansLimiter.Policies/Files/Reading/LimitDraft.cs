namespace OrleansLimiter.Policies;

/// <summary>The valid parts of a limit, and their positions.</summary>
internal sealed record LimitDraft(Mark At, string Name)
{
    public Scope? Scope { get; init; }

    public Condition When { get; init; } = Condition.Always;

    public Condition? Unless { get; init; }

    public ImmutableArray<string> Key { get; init; } = [];

    /// <summary>The cases. The only case of a limit without <c>cases:</c> has the position of the limit.</summary>
    public ImmutableArray<CaseDraft> Cases { get; init; } = [];

    public bool Lease { get; init; }

    public Mark LeaseAt { get; init; }

    public Survive Survive { get; init; }

    public bool DescriptorLimit { get; init; }

    public ImmutableArray<HeaderDraft> Headers { get; init; } = [];

    /// <summary>Whether all conditions of the limit are valid.</summary>
    public bool IsValid { get; init; }

    /// <summary>Returns the limit of a file without errors.</summary>
    public LimitDefinition ToDefinition() => new()
    {
        Name = Name,
        Scope = Scope!.Value,
        When = When,
        Unless = Unless,
        Key = Key,
        Cases = [.. Cases.Select(draft => new LimitCase(draft.When, draft.Rule!))],
        Lease = Lease,
        Survive = Survive,
        DescriptorLimit = DescriptorLimit,
        Headers = [.. Headers.Select(header => header.Definition)],
    };
}

/// <summary>A case and its position; its rule is null if it is invalid.</summary>
internal sealed record CaseDraft(Mark At, Condition When, Rule? Rule);
