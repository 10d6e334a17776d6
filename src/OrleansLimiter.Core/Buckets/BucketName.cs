namespace OrleansLimiter;

/// <summary>
/// The name of a bucket in its group: the name of the limit, then the values of its <c>key:</c>. The text,
/// <c>limit/key=value/key=value</c>, is part of snapshots and wire messages.
/// </summary>
public readonly record struct BucketName
{
    // Names of limits and keys contain neither character, and values are escaped.
    private const char Separator = '/';
    private const char Equal = '=';

    private readonly string _text;

    private BucketName(string text) => _text = text;

    /// <summary>The limit's name.</summary>
    public string Limit => _text.Split(Separator)[0];

    /// <summary>The keys and their values, in order; empty if the limit has no key.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Values =>
    [
        .. _text.Split(Separator).Skip(1).Select(part => part.Split(Equal, 2))
            .Select(pair => KeyValuePair.Create(pair[0], Uri.UnescapeDataString(pair[^1]))),
    ];

    /// <summary>The bucket of a limit without a key.</summary>
    public static BucketName Of(string limit) => new(limit);

    /// <summary>Parses a name. Any text is valid, because another version may have written it.</summary>
    public static BucketName Parse(string text) => new(text);

    /// <summary>Returns the name with one more key (letters, digits, <c>-</c> and <c>_</c>) and its value (any text).</summary>
    public BucketName With(string key, string value) => new($"{_text}{Separator}{key}{Equal}{Uri.EscapeDataString(value)}");

    /// <summary>The name as text.</summary>
    public override string ToString() => _text;
}
