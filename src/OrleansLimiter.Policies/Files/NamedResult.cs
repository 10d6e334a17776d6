namespace OrleansLimiter.Policies;

/// <summary>The result of reading a file, with the name of the policy even if the rest is invalid.</summary>
/// <param name="Result">The result.</param>
/// <param name="Name">The name of the policy; null if it could not be read.</param>
/// <param name="NameAt">The position of the name.</param>
internal sealed record NamedResult(PolicyReadResult Result, string? Name, Mark NameAt)
{
    /// <summary>Returns the result for a file that could not be read.</summary>
    public static NamedResult Failed(string file, string error) =>
        new(new(file, null, [new(file, 0, 0, error)], []), null, default);

    /// <summary>Returns the same result with an error, because another file already has the name of the policy.</summary>
    public PolicyReadResult WithDuplicateName(string owner)
    {
        var error = new PolicyError(
            Result.File, NameAt.Line, NameAt.Column, $"the policy '{Name}' is in {owner} already; one policy has one file");
        var errors = Result.Errors.Append(error).OrderBy(one => one.Line).ThenBy(one => one.Column);
        return Result with { Policy = null, Errors = [.. errors] };
    }
}
