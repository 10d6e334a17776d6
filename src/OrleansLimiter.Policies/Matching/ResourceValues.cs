namespace OrleansLimiter.Policies;

/// <summary>Reads resources, the values of path parameters, in normal form and, if case is ignored, in lower case.</summary>
internal sealed class ResourceValues(PathsDefinition paths)
{
    // Including escapes.
    private const int MaxLength = 256;

    private readonly PathNormalForm _form = new(paths, "resource");
    private readonly bool _folds = paths.IgnoresCase;
    private readonly bool _cutsSuffix = paths.CutsSuffix;
    private readonly string _notOneSegment = "the resource is not one segment of a path; write ? as %3F and # as %23, "
        + (paths.EncodedSlash == EncodedSlash.Keep
            ? "and a slash as %2F"
            : "and leave slashes out ('paths: { encoded-slash: keep }' in the policy would allow them, as %2F)");

    /// <summary>Reads the resource from a segment of a path in normal form.</summary>
    public bool TryRead(ReadOnlySpan<char> segment, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out string? error)
    {
        // The suffix of every resource is cut, not only that of a last segment, because a check by the name of the endpoint does not
        // contain the position of the resource.
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

    /// <summary>Reads a resource that a caller sent, as a segment of a path, so that it has the same bucket as in a path.</summary>
    public bool TryRead(string text, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out string? error)
    {
        (value, error) = (null, text.AsSpan().ContainsAny("/?#") ? _notOneSegment : null);
        if (error is not null || !_form.TryNormalize("/" + text, out ReadOnlySpan<char> normal, out error, added: 1))
        {
            return false;
        }

        ReadOnlySpan<char> segment = normal[1..];
        error = segment.IsEmpty ? "the resource is empty, or empty in normal form, such as . and ..; give its segment of the path"
            : segment.Contains('/') ? _notOneSegment
            : null;
        return error is null && TryRead(segment, out value, out error);
    }
}
