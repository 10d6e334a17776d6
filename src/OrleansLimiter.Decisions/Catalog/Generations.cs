using System.Text.Json;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>Compares a policy with the one that it replaces.</summary>
internal static class Generations
{
    /// <summary>Whether two definitions are equal; comments and layout are ignored.</summary>
    public static bool Same(PolicyDefinition one, PolicyDefinition other) =>
        ReferenceEquals(one, other)
        || JsonSerializer.SerializeToUtf8Bytes(one).AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(other));

    /// <summary>The warnings about the generation of the new policy.</summary>
    public static IEnumerable<PolicyError> Warnings(string file, PolicyDefinition? old, PolicyDefinition next, bool isSame)
    {
        if (old is null || isSame || next.Generation > old.Generation)
        {
            yield break;
        }

        yield return new(file, 0, 0, next.Generation == old.Generation
            ? $"the policy '{next.Name}' changed, but its generation is still {next.Generation}; raise it with every change, "
                + "or living buckets keep the stricter of both rules"
            : $"the generation of the policy '{next.Name}' fell from {old.Generation} to {next.Generation}; raise it above "
                + $"{old.Generation}, or living buckets keep the old rules");
    }
}
