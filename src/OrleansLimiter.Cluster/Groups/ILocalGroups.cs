namespace OrleansLimiter.Cluster;

/// <summary>
/// The groups of a silo in the process of the front-end. Operations on them need no message. A host without a silo does not
/// register the service.
/// </summary>
internal interface ILocalGroups
{
    /// <summary>The address of the silo, as <c>SiloAddress.ToParsableString</c> writes it.</summary>
    string Name { get; }

    /// <summary>The living groups of the silo, and their clock.</summary>
    LivingGroups Living { get; }

    /// <summary>The maximum number of living groups with short names, by the bounds on their number and their memory.</summary>
    int MaxGroups { get; }

    /// <summary>The counters of the silo's acquisitions.</summary>
    AcquisitionCounters Acquisitions { get; }

    /// <summary>Finds the group at an address; null if it belongs to another silo or no longer exists.</summary>
    BucketGroupEntry? Find(GroupAddress address);

    /// <summary>Executes <see cref="ISiloGrain.AcquireAsync"/> on the silo.</summary>
    ValueTask<AcquisitionReply> AcquireAsync(AcquisitionMessage message);
}
