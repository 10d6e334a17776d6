using System.Runtime.CompilerServices;

namespace OrleansLimiter;

/// <summary>The keys of the groups of one request, without an allocation.</summary>
[InlineArray(Length)]
internal struct GroupKeys
{
    /// <summary>The maximum number of groups of a request: the number of scopes.</summary>
    public const int Length = 3;

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
