namespace OrleansLimiter;

/// <summary>What an entry knows of its key until its group is living: whom it counts for.</summary>
internal interface IGroupOwner
{
    /// <summary>The account of the group.</summary>
    Account Account { get; }
}

/// <summary>The owner of a group that is found by its key.</summary>
internal sealed class KeyOwner(in GroupKey key) : IGroupOwner
{
    private readonly GroupKey _key = key;

    /// <inheritdoc/>
    public Account Account => _key.Account;
}
