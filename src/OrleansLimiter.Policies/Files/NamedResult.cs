namespace OrleansLimiter.Policies;

/// <summary>The result of reading a file, with the name of the policy even if the rest is invalid.</summary>
/// <param name="Result">The result.</param>
/// <param name="Name">The name of the policy; null if it could not be read.</param>
/// <param name="NameAt">The position of the name.</param>
/// <param name="DomainAt">The position of its <c>rls.domain</c>, or of the name, which is the domain by default.</param>
internal sealed record NamedResult(PolicyReadResult Result, string? Name, Mark NameAt, Mark DomainAt)
{
    /// <summary>Returns the result for a file that could not be read.</summary>
    public static NamedResult Failed(string file, string error) =>
        new(new(file, null, [new(file, 0, 0, error)], []), null, default, default);

    /// <summary>Returns the same result with an error, because another file already has the name of the policy.</summary>
    public PolicyReadResult WithDuplicateName(string owner) =>
        With(NameAt, $"the policy '{Name}' is in {owner} already; one policy has one file");

    /// <summary>Returns the same result with an error, because another policy already has the domain of the policy.</summary>
    public PolicyReadResult WithDuplicateDomain(string policy, string owner) => With(
        DomainAt,
        $"the domain {Quoted.Of(RlsFields.DomainOf(Result.Policy!))} of rls is that of the policy '{policy}' in {owner} already; "
        + "give each policy a domain of its own");

    private PolicyReadResult With(Mark at, string message)
    {
        var error = new PolicyError(Result.File, at.Line, at.Column, message);
        var errors = Result.Errors.Append(error).OrderBy(one => one.Line).ThenBy(one => one.Column);
        return Result with { Policy = null, Errors = [.. errors] };
    }
}
