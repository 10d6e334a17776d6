using System.Diagnostics.CodeAnalysis;

namespace OrleansLimiter.Policies.Matching;

/// <summary>Resources: the values of path parameters, in the path's normal form.</summary>
internal static class ResourceValues
{
    /// <summary>The longest resource, escapes counted.</summary>
    public const int MaxLength = 256;

    /// <summary>What is wrong with a resource in normal form, in one sentence; null where nothing is.</summary>
    public static string? Fault(ReadOnlySpan<char> resource) =>
        resource.Length > MaxLength
            ? $"the resource has {resource.Length} characters; give at most {MaxLength}, escapes counted"
            : null;

    /// <summary>Reads a resource as the segment that it is in a path, so that both ways of asking find the same bucket.</summary>
    /// <param name="text">The resource as the caller wrote it.</param>
    /// <param name="value">The resource in normal form.</param>
    /// <param name="fault">What is wrong with it, in one sentence.</param>
    public static bool TryRead(
        string text, out ReadOnlySpan<char> value, [NotNullWhen(false)] out string? fault)
    {
        value = default;
        if (text.AsSpan().ContainsAny("/?#") || !PathNormalForm.TryNormalize("/" + text, out value, out _))
        {
            fault = $"the resource is not one segment of a path; escape it as in a URL (a slash is %2F), and give at most {MaxLength} characters";
            return false;
        }

        value = value[1..];
        fault = value.IsEmpty
            ? "the resource is empty, . or ..; give the segment that stands for it in the path"
            : Fault(value);
        return fault is null;
    }
}
