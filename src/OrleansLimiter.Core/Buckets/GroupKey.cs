namespace OrleansLimiter;

/// <summary>
/// The key of a bucket group. Parts that the scope does not use are empty: the group of an account has no endpoint and no qualifier.
/// </summary>
public readonly struct GroupKey : IEquatable<GroupKey>
{
    private readonly string _account;
    private readonly int _hash;
    private readonly AccountKind _kind;

    /// <summary>Creates a key.</summary>
    public GroupKey(Scope scope, string policy, Account account, string endpoint, string qualifier)
        : this(scope, policy, account, endpoint, qualifier, endpoint.GetHashCode())
    {
    }

    /// <summary>
    /// Creates a key with a precomputed hash of the endpoint: the result of <see cref="string.GetHashCode()"/> in this process.
    /// </summary>
    public GroupKey(Scope scope, string policy, Account account, string endpoint, string qualifier, int endpointHash)
        : this(scope, policy, account, endpoint, qualifier, endpointHash, account.Name.GetHashCode())
    {
    }

    /// <summary>Creates a key with precomputed hashes, for several groups of one account.</summary>
    internal GroupKey(
        Scope scope, string policy, Account account, string endpoint, string qualifier, int endpointHash, int accountHash)
    {
        (Scope, Policy, Endpoint, Qualifier) = (scope, policy, endpoint, qualifier);
        (_account, _kind) = (account.Name, account.Kind);

        // The policy is left out, because an account rarely has groups under two policies. The hashes of strings are randomized per
        // process, so a simple combination of them resists collision attacks.
        _hash = ((accountHash * 31) + endpointHash) * 31
            + (qualifier.Length == 0 ? 0 : qualifier.GetHashCode()) + ((int)scope << 8 ^ (int)account.Kind);
    }

    /// <summary>The policy's name.</summary>
    public string Policy { get; }

    /// <summary>The endpoint's name; empty in an account group.</summary>
    public string Endpoint { get; }

    /// <summary>The mode of an endpoint group, the resource of a burst group; else empty.</summary>
    public string Qualifier { get; }

    /// <summary>The scope of the group.</summary>
    public Scope Scope { get; }

    /// <summary>The account that is limited.</summary>
    public Account Account => new(_kind, _account);

    /// <summary>The group of an account over all endpoints.</summary>
    public static GroupKey ForAccount(string policy, Account account) => new(Scope.Account, policy, account, "", "");

    /// <summary>The group of an account, endpoint and mode.</summary>
    public static GroupKey ForEndpoint(string policy, Account account, string endpoint, string mode) =>
        new(Scope.Endpoint, policy, account, endpoint, mode);

    /// <summary>The group of an account, endpoint and resource.</summary>
    public static GroupKey ForBurst(string policy, Account account, string endpoint, string resource) =>
        new(Scope.Burst, policy, account, endpoint, resource);

    /// <inheritdoc/>
    public bool Equals(GroupKey other) =>
        _hash == other._hash && Scope == other.Scope && _kind == other._kind
        && _account == other._account && Endpoint == other.Endpoint
        && Qualifier == other.Qualifier && Policy == other.Policy;

    /// <summary>The order in which the groups of several requests are locked: by scope first. It is the same in every process.</summary>
    internal int CompareTo(in GroupKey other)
    {
        int order = Scope.CompareTo(other.Scope);
        order = order != 0 ? order : string.CompareOrdinal(_account, other._account);
        order = order != 0 ? order : _kind.CompareTo(other._kind);
        order = order != 0 ? order : string.CompareOrdinal(Endpoint, other.Endpoint);
        order = order != 0 ? order : string.CompareOrdinal(Qualifier, other.Qualifier);
        return order != 0 ? order : string.CompareOrdinal(Policy, other.Policy);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is GroupKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>Whether two keys name the same group.</summary>
    public static bool operator ==(GroupKey left, GroupKey right) => left.Equals(right);

    /// <summary>Whether two keys name different groups.</summary>
    public static bool operator !=(GroupKey left, GroupKey right) => !left.Equals(right);

    /// <summary>The key as text for log messages. The text is not unique.</summary>
    public override string ToString() => $"{Policy} {Scope} {_kind}:{_account} {Endpoint} {Qualifier}".TrimEnd();
}
