namespace OrleansLimiter.Policies;

/// <summary>Resources: the values of path parameters, in the path's normal form and, where case is ignored, in lower case.</summary>
/// <param name="paths">The path options of the policy.</param>
internal sealed class ResourceValues(PathsDefinition paths)
{
    /// <summary>The longest resource, escapes counted.</summary>
    public const int MaxLength = 256;

    private readonly PathNormalForm _form = new(paths, "resource");
    private readonly bool _folds = paths.IgnoresCase;
    private readonly bool _cutsSuffix = paths.CutsSuffix;
    private readonly string _notOne = "the resource is not one segment of a path; write ? as %3F and # as %23, "
        + (paths.EncodedSlash == EncodedSlash.Keep
            ? "and a slash as %2F"
            : "and leave slashes out ('paths: { encoded-slash: keep }' in the policy would allow them, as %2F)");

    /// <summary>Takes a resource from a path.</summary>
    /// <param name="segment">A segment of a path in normal form; empty: there is no resource.</param>
    /// <param name="value">The resource.</param>
    /// <param name="error">The error, in one sentence.</param>
    public bool TryRead(
        ReadOnlySpan<char> segment, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out string? error)
    {
        // The suffix of a last segment is cut; so is that of a resource elsewhere, because a caller that names the endpoint
        // does not say where the resource stands.
        if (_cutsSuffix && segment.Contains('.')
            && _form.TryNormalize($"/{segment}", out ReadOnlySpan<char> cut, out _) && cut.Length > 1)
        {
            segment = cut[1..];
        }

        error = segment.Length > MaxLength
            ? $"the resource has {segment.Length} characters; give at most {MaxLength}, escapes counted"
            : null;
        value = error is not null ? null
            : _folds ? string.Create(segment.Length, segment, static (folded, normal) => PathCase.Fold(normal, folded))
            : segment.ToString();
        return value is not null;
    }

    /// <summary>Reads a resource as the segment that it is in a path, so that both ways of asking find the same bucket.</summary>
    /// <param name="text">The resource as the caller wrote it.</param>
    /// <param name="value">The resource.</param>
    /// <param name="error">The error, in one sentence.</param>
    public bool TryRead(string text, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out string? error)
    {
        value = null;
        if (text.AsSpan().ContainsAny("/?#"))
        {
            error = _notOne;
            return false;
        }

        if (!_form.TryNormalize("/" + text, out ReadOnlySpan<char> normal, out error, added: 1))
        {
            return false;
        }

        ReadOnlySpan<char> segment = normal[1..];
        if (segment.IsEmpty || segment.Contains('/'))
        {
            error = segment.IsEmpty
                ? "the resource is empty, or nothing of it counts in a path, as of . and ..; give the segment that stands for it in the path"
                : _notOne;
            return false;
        }

        return TryRead(segment, out value, out error);
    }
}
