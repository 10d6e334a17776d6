namespace OrleansLimiter.Cluster;

/// <summary>
/// The groups of a silo in the front-end's own process, which are asked without a message. Where a host has no silo, it
/// registers none.
/// </summary>
internal interface ILocalGroups
{
    /// <summary>The group that a silo has given a number; null where the silo is another one, or the group does not live.</summary>
    ILocalGroup? Find(GroupHome home);
}

/// <summary>
/// A group that lives in this process. Each call is one step of it, made under its lock; once its grain has ended, none is made
/// any more.
/// </summary>
internal interface ILocalGroup
{
    /// <summary>As <see cref="IGroups.TryTake"/>.</summary>
    bool TryTake(GroupRules rules, int cost, out Reading reading);

    /// <summary>Asks. False where the group does not live here any more; then nothing was done.</summary>
    bool TryAsk(in GroupAsk ask, out GroupReply reply);
}
