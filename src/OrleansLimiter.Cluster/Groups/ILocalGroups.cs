namespace OrleansLimiter.Cluster;

/// <summary>
/// The groups of a silo in the front-end's own process, on which operations are executed without a message. A host without a silo
/// registers none.
/// </summary>
internal interface ILocalGroups
{
    /// <summary>The groups that live there, and their clock.</summary>
    LivingGroups Living { get; }

    /// <summary>The group at an address; null where the silo is another one, or the group does not live.</summary>
    BucketGroupEntry? Find(GroupAddress address);
}
