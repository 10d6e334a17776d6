using System.Collections.Immutable;
using System.Diagnostics;

namespace OrleansLimiter;

/// <summary>Which kind of group holds a bucket. The order is the order in which groups are asked: narrow first.</summary>
public enum Scope : byte
{
    /// <summary>One account, endpoint and resource: short bursts.</summary>
    Burst = 1,

    /// <summary>One account, endpoint and mode.</summary>
    Endpoint = 2,

    /// <summary>One account over all endpoints.</summary>
    Account = 3,
}

/// <summary>What tells the groups of a scope apart beside policy, account and endpoint.</summary>
public enum GroupQualifier : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The request's mode.</summary>
    Mode,

    /// <summary>The resource that the path names.</summary>
    Resource,
}

/// <summary>What a scope is called, and what its groups are named by. All that differs between scopes is said here.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Name">Its word in policy files and JSON.</param>
/// <param name="HasEndpoint">Whether each endpoint has a group of its own.</param>
/// <param name="Qualifier">What else tells its groups apart.</param>
public sealed record ScopeDescriptor(Scope Scope, string Name, bool HasEndpoint, GroupQualifier Qualifier)
{
    /// <summary>
    /// The dimension of conditions whose values have groups of their own; null where there is none. A resource is no dimension.
    /// </summary>
    public string? Dimension => Qualifier switch
    {
        GroupQualifier.Mode => "mode",
        GroupQualifier.None or GroupQualifier.Resource => null,
        _ => throw new UnreachableException(),
    };

    /// <summary>Every scope, in the order in which messages list them.</summary>
    public static ImmutableArray<ScopeDescriptor> All { get; } =
    [
        new(Scope.Endpoint, "endpoint", HasEndpoint: true, GroupQualifier.Mode),
        new(Scope.Burst, "burst", HasEndpoint: true, GroupQualifier.Resource),
        new(Scope.Account, "account", HasEndpoint: false, GroupQualifier.None),
    ];

    /// <summary>The words of all scopes.</summary>
    public static WordTable<Scope> Words { get; } = new([.. All.Select(each => (each.Name, each.Scope))]);

    private static readonly ScopeDescriptor?[] s_byNumber =
        [.. Enumerable.Range(0, byte.MaxValue + 1).Select(number => All.FirstOrDefault(each => (byte)each.Scope == number))];

    /// <summary>The descriptor of a scope.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such scope.</exception>
    public static ScopeDescriptor Of(Scope scope) =>
        Find(scope) ?? throw new ArgumentOutOfRangeException(nameof(scope), scope, "there is no such scope");

    /// <summary>The descriptor of a scope; null where this version does not know it, because a newer one has sent it.</summary>
    public static ScopeDescriptor? Find(Scope scope) => s_byNumber[(byte)scope];
}
