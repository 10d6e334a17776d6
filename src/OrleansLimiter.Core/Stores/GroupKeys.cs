using System.Runtime.CompilerServices;

namespace OrleansLimiter;

/// <summary>The keys of the groups of one request, without an allocation.</summary>
[InlineArray(Length)]
internal struct GroupKeys
{
    /// <summary>The maximum number of groups of a request: the number of scopes.</summary>
    public const int Length = 3;

    /// <summary>
    /// The maximum number of groups of several requests that are decided in one step: 16. More groups reserve permits one after another.
    /// </summary>
    public const int MaxTogether = 16;

    private GroupKey _first;
}

/// <summary>The groups of one request, without an allocation.</summary>
[InlineArray(GroupKeys.Length)]
internal struct GroupEntries
{
    private BucketGroupEntry _first;
}

/// <summary>The rules of the groups of one request, without an allocation.</summary>
[InlineArray(GroupKeys.Length)]
internal struct JointRules
{
    private GroupRules _first;
}

/// <summary>The owners of the groups of one request, without an allocation.</summary>
[InlineArray(GroupKeys.Length)]
internal struct GroupOwners
{
    private IGroupOwner? _first;
}
