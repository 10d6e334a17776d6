using System.Collections.Immutable;
using OrleansLimiter.Policies.Files;

namespace OrleansLimiter.Policies.Decisions;

/// <summary>A policy made ready to decide: the runtime twin of <see cref="PolicyDefinition"/>. Immutable, shared by all requests.</summary>
public sealed class Policy
{
    /// <summary>Compiles a valid definition.</summary>
    public Policy(PolicyDefinition definition)
    {
        Definition = definition;
        Limits = [.. definition.Limits.Select((limit, index) => new PolicyLimit(limit, index))];
    }

    /// <summary>What the file says.</summary>
    public PolicyDefinition Definition { get; }

    /// <summary>The policy's name.</summary>
    public string Name => Definition.Name;

    /// <summary>The limits, in the file's order.</summary>
    public ImmutableArray<PolicyLimit> Limits { get; }
}

/// <summary>A limit of a compiled policy.</summary>
/// <param name="Definition">What the file says.</param>
/// <param name="Index">Its place in the policy.</param>
public sealed record PolicyLimit(LimitDefinition Definition, int Index)
{
    /// <summary>Its name.</summary>
    public string Name => Definition.Name;
}
