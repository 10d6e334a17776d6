namespace OrleansLimiter.Policies;

/// <summary>
/// The lines that are indented with a tab. YAML forbids them where indentation matters, but the parser accepts some and reports
/// others with unrelated messages.
/// </summary>
internal sealed class TabIndents
{
    private readonly Dictionary<int, (Mark Tab, int FirstColumn)> _lines = [];

    public TabIndents(string text)
    {
        int line = 0;
        foreach (var content in text.AsSpan().EnumerateLines())
        {
            line++;
            int indent = content.IndexOfAnyExcept(' ', '\t');
            int tab = content.IndexOf('\t');
            if (tab >= 0 && tab < indent)
            {
                _lines[line] = (new(line, tab + 1), indent + 1);
            }
        }
    }

    /// <summary>Reports a tab before a node that is the first of its line. Later lines of a text can contain tabs.</summary>
    public void Report(Mark first, PolicyErrorList errors)
    {
        if (_lines.TryGetValue(first.Line, out var found) && found.FirstColumn >= first.Column)
        {
            Add(first.Line, errors);
        }
    }

    /// <summary>Reports the first tab in a range of lines and returns whether there is one.</summary>
    public bool Report(int from, int to, PolicyErrorList errors)
    {
        int line = _lines.Keys.Where(line => line >= from && line <= to).DefaultIfEmpty(0).Min();
        if (line > 0)
        {
            Add(line, errors);
        }

        return line > 0;
    }

    private void Add(int line, PolicyErrorList errors)
    {
        _lines.Remove(line, out var found);
        errors.Add(found.Tab, "a tab indents this line; YAML is indented with spaces");
    }
}
