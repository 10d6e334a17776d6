namespace OrleansLimiter.Policies;

/// <summary>What reading a file gave, and the policy's name even where the rest is invalid.</summary>
/// <param name="Result">What reading gave.</param>
/// <param name="Name">The policy's name; null where it could not be read.</param>
/// <param name="NameAt">Where it stands.</param>
internal sealed record NamedResult(PolicyReadResult Result, string? Name, Mark NameAt)
{
    /// <summary>A file that could not be read at all.</summary>
    public static NamedResult Failed(string file, string error) =>
        new(new(file, null, [new(file, 0, 0, error)], []), null, default);

    /// <summary>The same, refused because another file holds the policy's name.</summary>
    public PolicyReadResult WithDuplicateName(string owner)
    {
        var error = new PolicyError(
            Result.File, NameAt.Line, NameAt.Column, $"the policy '{Name}' is in {owner} already; one policy has one file");
        var errors = Result.Errors.Append(error).OrderBy(one => one.Line).ThenBy(one => one.Column);
        return Result with { Policy = null, Errors = [.. errors] };
    }
}
