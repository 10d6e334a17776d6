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
