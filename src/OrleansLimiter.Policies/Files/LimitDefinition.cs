using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>One entry of a policy.</summary>
public sealed record LimitDefinition
{
    /// <summary>Its name: letters, digits, <c>_</c> and <c>-</c>, 1 to 64 characters; unique in the policy.</summary>
    public required string Name { get; init; }

    /// <summary>Which kind of group holds its buckets.</summary>
    public required Scope Scope { get; init; }

    /// <summary>When it applies.</summary>
    public Condition When { get; init; } = Condition.Always;

    /// <summary>When it does not; null: never.</summary>
    public Condition? Unless { get; init; }

    /// <summary>Further dimensions inside its group: <c>method</c>, <c>operation</c>, <c>endpoint</c> or attributes.</summary>
    public ImmutableArray<string> Key { get; init; } = [];

    /// <summary>The first whose condition holds gives the rule; at least one. All have the limit's algorithm.</summary>
    public required ImmutableArray<LimitCase> Cases { get; init; }

    /// <summary>
    /// Whether front-ends may lease permits of its buckets (<c>lease: auto</c>). <c>remaining</c> then excludes leased permits.
    /// Default: false.
    /// </summary>
    public bool Lease { get; init; }

    /// <summary>Headers that it adds to every response of a request to which it applies.</summary>
    public ImmutableArray<HeaderDefinition> Headers { get; init; } = [];
}

/// <summary>One case of a limit.</summary>
/// <param name="When">The condition of the case.</param>
/// <param name="Rule">The rule of the case.</param>
public sealed record LimitCase(Condition When, Rule Rule);

/// <summary>A header and the template of its value.</summary>
/// <param name="Name">A valid HTTP field name.</param>
/// <param name="Template">Text with <c>{variables}</c> (see <c>TemplateVariables</c>).</param>
public sealed record HeaderDefinition(string Name, string Template);
