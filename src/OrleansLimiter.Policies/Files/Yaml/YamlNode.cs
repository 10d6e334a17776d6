namespace OrleansLimiter.Policies;

/// <summary>A position in a file; both numbers start at 1.</summary>
internal readonly record struct Mark(int Line, int Column);

/// <summary>A node of a YAML file and its position.</summary>
internal abstract record YamlNode(Mark At)
{
    /// <summary>A description of the node for messages.</summary>
    public abstract string Kind { get; }
}

internal sealed record YamlScalar(Mark At, string Value, bool IsPlain) : YamlNode(At)
{
    /// <summary>Whether this is the value of a key without a value, or an explicit null.</summary>
    public bool IsNull => IsPlain && Value is "" or "~" or "null";

    public override string Kind => IsNull ? "nothing" : Quoted.Of(Value);
}

internal sealed record YamlList(Mark At, IReadOnlyList<YamlNode> Items) : YamlNode(At)
{
    public override string Kind => "a list";
}

/// <summary>A mapping, in the file's order and without duplicate keys.</summary>
internal sealed record YamlMap(Mark At, IReadOnlyList<YamlEntry> Entries) : YamlNode(At)
{
    public override string Kind => "a mapping";
}

/// <summary>A node that was already reported, so that it causes no further errors.</summary>
internal sealed record YamlRefused(Mark At) : YamlNode(At)
{
    public override string Kind => "a node that is not allowed";
}

internal readonly record struct YamlEntry(YamlScalar Key, YamlNode Value);
