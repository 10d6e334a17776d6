namespace OrleansLimiter;

/// <summary>What an entry knows of its key until its group is living: whom it counts for, and its memory.</summary>
internal interface IGroupOwner
{
    /// <summary>The account of the group.</summary>
    Account Account { get; }

    /// <summary>The memory of a living group in bytes, without its buckets: an estimate from measurements.</summary>
    int Bytes { get; }
}

/// <summary>The owner of a group that is found by its key.</summary>
internal sealed class KeyOwner(in GroupKey key) : IGroupOwner
{
    /// <summary>
    /// The bytes of a group without its strings and its buckets: 88 for the group, and 96 for its place in a dictionary, which grows by
    /// doubling.
    /// </summary>
    public const int BaseBytes = 184;

    private readonly GroupKey _key = key;

    /// <inheritdoc/>
    public Account Account => _key.Account;

    /// <inheritdoc/>
    public int Bytes => BaseBytes + BytesOf(_key.Account.Name) + BytesOf(_key.Endpoint) + BytesOf(_key.Qualifier);

    // Names of listed endpoints are shared by all keys, and are counted nevertheless: they are short.
    private static int BytesOf(string text) => text.Length == 0 ? 0 : 24 + (sizeof(char) * text.Length);
}
