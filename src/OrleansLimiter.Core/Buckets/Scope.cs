using System.Diagnostics;

namespace OrleansLimiter;

/// <summary>
/// The scopes of limits. The numeric order is the order in which the groups of a request are called: narrow scopes first.
/// </summary>
public enum Scope : byte
{
    /// <summary>One account, endpoint and resource: short bursts.</summary>
    Burst = 1,

    /// <summary>One account, endpoint and mode.</summary>
    Endpoint = 2,

    /// <summary>One account over all endpoints.</summary>
    Account = 3,
}

/// <summary>What distinguishes the groups of a scope, in addition to policy, account and endpoint.</summary>
public enum GroupQualifier : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The request's mode.</summary>
    Mode,

    /// <summary>The resource that the path names.</summary>
    Resource,
}

/// <summary>Describes a scope: its name, and the parts of its group keys. All differences between scopes are declared here.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Name">The name in policy files and JSON.</param>
/// <param name="HasEndpoint">Whether each endpoint has a group of its own.</param>
/// <param name="Qualifier">What else distinguishes its groups.</param>
public sealed record ScopeDescriptor(Scope Scope, string Name, bool HasEndpoint, GroupQualifier Qualifier)
{
    /// <summary>
    /// The dimension of conditions whose values have separate groups; null if there is none. A resource is not a dimension.
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

    /// <summary>Finds the descriptor of a scope; null if this version does not support it.</summary>
    public static ScopeDescriptor? Find(Scope scope) => s_byNumber[(byte)scope];
}
