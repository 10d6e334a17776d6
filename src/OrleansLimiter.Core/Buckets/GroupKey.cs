namespace OrleansLimiter;

/// <summary>
/// The name of a group. Parts that a scope does not use are empty: an account group has neither endpoint nor
/// qualifier.
/// </summary>
/// <param name="Scope">Which kind of group.</param>
/// <param name="Policy">The policy's name.</param>
/// <param name="Account">Who is limited.</param>
/// <param name="Endpoint">The endpoint's name; empty in an account group.</param>
/// <param name="Qualifier">The mode of an endpoint group, the resource of a burst group; else empty.</param>
public readonly record struct GroupKey(Scope Scope, string Policy, Account Account, string Endpoint, string Qualifier)
{
    /// <summary>The group of an account over all endpoints.</summary>
    public static GroupKey ForAccount(string policy, Account account) => new(Scope.Account, policy, account, "", "");

    /// <summary>The group of an account, endpoint and mode.</summary>
    public static GroupKey ForEndpoint(string policy, Account account, string endpoint, string mode) =>
        new(Scope.Endpoint, policy, account, endpoint, mode);

    /// <summary>The group of an account, endpoint and resource.</summary>
    public static GroupKey ForBurst(string policy, Account account, string endpoint, string resource) =>
        new(Scope.Burst, policy, account, endpoint, resource);

    // The account first: it is what differs most often. The policy's name is left out of the hash, because an
    // account rarely lives under two policies, and the scope is added as a number.
    /// <inheritdoc/>
    public bool Equals(GroupKey other) =>
        Scope == other.Scope && Account.Kind == other.Account.Kind
        && Account.Name == other.Account.Name && Endpoint == other.Endpoint
        && Qualifier == other.Qualifier && Policy == other.Policy;

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine((int)Scope << 8 | (int)Account.Kind, Account.Name, Endpoint, Qualifier);
}
