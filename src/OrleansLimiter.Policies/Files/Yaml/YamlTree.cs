using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using Mark = OrleansLimiter.Policies.Mark;

namespace OrleansLimiter.Policies;

/// <summary>
/// Builds the tree of a file from the parser's events. YAML features that policies do not need and that are known for attacks
/// (anchors, aliases, merge keys, tags, further documents, deep nesting) are refused. An alias is never resolved, so the cost of a
/// file is proportional to its size. No error quotes the file, because it may not be a policy.
/// </summary>
internal sealed class YamlTree
{
    // A policy needs 8 levels.
    private const int MaxDepth = 16;
    private const int MaxNodes = 50_000;

    private readonly Parser _parser;
    private readonly TabIndents _tabs;
    private readonly PolicyErrorList _errors;
    private int _nodes;

    private YamlTree(string text, PolicyErrorList errors)
    {
        _parser = new(new StringReader(RouteBraces.Hide(text)));
        _tabs = new(text);
        _errors = errors;
    }

    /// <summary>Returns the root of the only document of a file; null if the file cannot be parsed to its end.</summary>
    public static YamlNode? Read(string text, PolicyErrorList errors)
    {
        var tree = new YamlTree(text, errors);
        try
        {
            return tree.Document();
        }
        catch (TooLargeException)
        {
            return null;
        }
        catch (YamlException syntax)
        {
            tree.AddSyntaxError(syntax);
            return null;
        }
    }

    private YamlNode? Document()
    {
        Next();
        var root = Next() is StreamEnd ? null : NodeAfter(0);
        if (root is null or YamlScalar { IsNull: true })
        {
            _errors.Add(new(1, 1), "the file is empty; a policy begins with 'policy:' and its name");
            return null;
        }

        Next();
        if (Next() is DocumentStart second)
        {
            _errors.Add(At(second.Start), "a second document begins here; one file holds one policy");
        }

        return root;
    }

    private YamlNode NodeAfter(int depth)
    {
        Next();
        return Node(depth);
    }

    private YamlNode Node(int depth)
    {
        var current = _parser.Current!;
        var at = At(current.Start);
        _tabs.Report(at, _errors);
        if (++_nodes > MaxNodes)
        {
            throw TooLarge(at, $"the file has more than {MaxNodes} values; split it into several policies");
        }

        if (depth > MaxDepth)
        {
            throw TooLarge(at, $"this is nested more than {MaxDepth} levels deep; a policy needs 8 at most");
        }

        if (current is AnchorAlias)
        {
            _errors.Add(at, "an alias is not allowed; write the value out");
            return new YamlRefused(at);
        }

        // For some invalid mappings, the parser returns their end where a value is expected.
        CheckProperties(current as NodeEvent ?? throw Unreadable(current.Start), at);
        return current switch
        {
            Scalar scalar => new YamlScalar(at, RouteBraces.Restore(scalar.Value), scalar.Style == ScalarStyle.Plain),
            SequenceStart => List(at, depth),
            _ => Map(at, depth),
        };
    }

    private void CheckProperties(NodeEvent node, Mark at)
    {
        if (!node.Anchor.IsEmpty)
        {
            _errors.Add(at, "an anchor is not allowed; write the value out where it is needed");
        }

        if (!node.Tag.IsEmpty)
        {
            _errors.Add(at, "a tag is not allowed; leave it out");
        }
    }

    private YamlList List(Mark at, int depth)
    {
        var items = new List<YamlNode>();
        while (Next() is not SequenceEnd)
        {
            items.Add(Node(depth + 1));
        }

        return new(at, items);
    }

    private YamlMap Map(Mark at, int depth)
    {
        var entries = new List<YamlEntry>();
        var lines = new Dictionary<string, int>();
        while (Next() is not MappingEnd)
        {
            var key = Node(depth + 1);
            var value = NodeAfter(depth + 1);
            if (key is YamlScalar scalar && IsNewKey(scalar, lines))
            {
                entries.Add(new(scalar, value));
            }
            else if (key is YamlList or YamlMap)
            {
                _errors.Add(key.At, $"{key.Kind} is used as a key; a key is a word");
            }
        }

        return new(at, entries);
    }

    private bool IsNewKey(YamlScalar key, Dictionary<string, int> lines)
    {
        if (key.IsPlain && key.Value == "<<")
        {
            _errors.Add(key.At, "the merge key '<<' is not allowed; write the keys out");
            return false;
        }

        if (!lines.TryAdd(key.Value, key.At.Line))
        {
            _errors.Add(key.At, $"this key is given twice; the first is in line {lines[key.Value]}");
            return false;
        }

        return true;
    }

    private void AddSyntaxError(YamlException syntax)
    {
        // For a tab, the parser reports only the beginning of the enclosing mapping. The tab follows the event that was read last.
        var at = At(syntax.Start);
        int last = syntax.Message.Contains("tab ", StringComparison.Ordinal) ? int.MaxValue : (int)syntax.End.Line;
        if (!_tabs.Report(Math.Max(at.Line, (int)(_parser.Current?.Start.Line ?? 0)), last, _errors))
        {
            _errors.Add(at, SyntaxMessage.Of(syntax.Message));
        }
    }

    // For some invalid plain words, the scanner throws exceptions that usually indicate bugs. The file is invalid all the same.
    private ParsingEvent Next()
    {
        try
        {
            return _parser.MoveNext() ? _parser.Current! : throw new YamlException("the file ends too early");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            throw Unreadable(_parser.Current?.Start ?? YamlDotNet.Core.Mark.Empty);
        }
    }

    private static YamlException Unreadable(YamlDotNet.Core.Mark at) => new(at, at, "what follows here cannot be read");

    private TooLargeException TooLarge(Mark at, string message)
    {
        _errors.Add(at, message);
        return new();
    }

    private static Mark At(YamlDotNet.Core.Mark mark) => new((int)mark.Line, (int)mark.Column);

    private sealed class TooLargeException : Exception;
}
