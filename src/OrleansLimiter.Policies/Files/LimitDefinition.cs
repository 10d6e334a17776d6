namespace OrleansLimiter.Policies;

/// <summary>A limit of a policy.</summary>
public sealed record LimitDefinition
{
    /// <summary>The name: letters, digits, <c>_</c> and <c>-</c>, 1 to 64 characters; unique in the policy.</summary>
    public required string Name { get; init; }

    /// <summary>The scope, which determines the bucket groups of the limit.</summary>
    public required Scope Scope { get; init; }

    /// <summary>The condition under which the limit applies.</summary>
    public Condition When { get; init; } = Condition.Always;

    /// <summary>The condition under which the limit does not apply; null if there is none.</summary>
    public Condition? Unless { get; init; }

    /// <summary>Further dimensions of its buckets: <c>method</c>, <c>operation</c>, <c>endpoint</c> or attributes.</summary>
    public ImmutableArray<string> Key { get; init; } = [];

    /// <summary>The cases; at least one. The first case whose condition holds provides the rule. All have the same algorithm.</summary>
    public required ImmutableArray<LimitCase> Cases { get; init; }

    /// <summary>
    /// Whether front-ends can lease permits of its buckets (<c>lease: auto</c>). If so, <c>remaining</c> excludes leased permits.
    /// Default: false.
    /// </summary>
    public bool Lease { get; init; }

    /// <summary>
    /// What the counts survive. Default: <see cref="OrleansLimiter.Survive.Crash"/>; in a file
    /// <see cref="OrleansLimiter.Survive.None"/> if all windows are below 1 s.
    /// </summary>
    public Survive Survive { get; init; } = Survive.Crash;

    /// <summary>
    /// Whether the <c>limit</c> of a descriptor of a rate limit service replaces permits and window for its request
    /// (<c>descriptor-limit: allow</c>). Default: false, such a descriptor is an error.
    /// </summary>
    public bool DescriptorLimit { get; init; }

    /// <summary>Headers of every response to a request to which the limit applies.</summary>
    public ImmutableArray<HeaderDefinition> Headers { get; init; } = [];
}

/// <summary>A case of a limit.</summary>
/// <param name="When">The condition of the case.</param>
/// <param name="Rule">The rule of the case.</param>
public sealed record LimitCase(Condition When, Rule Rule);

/// <summary>A header and the template of its value.</summary>
/// <param name="Name">A valid HTTP field name.</param>
/// <param name="Template">Text with <c>{variables}</c> (see <c>TemplateVariables</c>).</param>
public sealed record HeaderDefinition(string Name, string Template);
