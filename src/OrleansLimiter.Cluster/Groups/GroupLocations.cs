using System.Runtime.CompilerServices;

namespace OrleansLimiter.Cluster;

/// <summary>The locations of the groups of one request, without an allocation.</summary>
[InlineArray(GroupKeys.Length)]
internal struct GroupLocations
{
    private GroupLocation _first;
}
