namespace OrleansLimiter.Policies;

/// <summary>A piece of a file and where it begins.</summary>
internal abstract class YamlNode(Mark at)
{
    public Mark At { get; } = at;

    /// <summary>What it is, for messages.</summary>
    public abstract string Kind { get; }
}

/// <summary>Text. A plain (unquoted) empty one is what YAML gives for a key without a value.</summary>
internal sealed class YamlScalar(Mark at, string value, bool isPlain) : YamlNode(at)
{
    public string Value { get; } = value;

    public bool IsPlain { get; } = isPlain;

    public bool IsNothing => IsPlain && Value is "" or "~" or "null";

    public override string Kind => IsNothing ? "nothing" : Quoted.Of(Value);
}

internal sealed class YamlList(Mark at, IReadOnlyList<YamlNode> items) : YamlNode(at)
{
    public IReadOnlyList<YamlNode> Items { get; } = items;

    public override string Kind => "a list";
}

/// <summary>Keys and values in the file's order, no key twice.</summary>
internal sealed class YamlMap(Mark at, IReadOnlyList<YamlEntry> entries) : YamlNode(at)
{
    public IReadOnlyList<YamlEntry> Entries { get; } = entries;

    public override string Kind => "a mapping";
}

/// <summary>Stands where something was refused already, so that nothing complains about it twice.</summary>
internal sealed class YamlRefused(Mark at) : YamlNode(at)
{
    public override string Kind => "something refused";
}

internal readonly record struct YamlEntry(YamlScalar Key, YamlNode Value);
