using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace OrleansLimiter.Policies;

/// <summary>Applies what a policy says about empty values.</summary>
internal static class EmptyValuesExtensions
{
    /// <summary>Whether a value counts as sent. White space alone is an empty value.</summary>
    public static bool IsGiven(this EmptyValues empty, [NotNullWhen(true)] string? value) =>
        value is not null && empty switch
        {
            EmptyValues.Absent => !string.IsNullOrWhiteSpace(value),
            EmptyValues.Refuse => true,
            _ => throw new UnreachableException(),
        };
}
