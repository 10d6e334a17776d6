namespace OrleansLimiter.Policies;

/// <summary>
/// A parsed text with <c>{variables}</c>. A brace is literal text unless a letter, then letters, digits, <c>-</c> or <c>_</c>, and
/// then <c>}</c> follow. JSON therefore needs no escaping, and a misspelled variable is an error.
/// </summary>
internal sealed class Template
{
    private Template(string text, ImmutableArray<TemplateSegment> segments)
    {
        (Text, Segments) = (text, segments);
        IsLiteral = segments.All(segment => segment.Literal is not null);
    }

    /// <summary>The template as written.</summary>
    public string Text { get; }

    /// <summary>The literal texts and variables, in order.</summary>
    public ImmutableArray<TemplateSegment> Segments { get; }

    /// <summary>Whether the template has no variables. If so, <see cref="Text"/> is its value.</summary>
    public bool IsLiteral { get; }

    /// <summary>Parses a template. The error is one sentence.</summary>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out Template? template, [NotNullWhen(false)] out string? error)
    {
        var segments = ImmutableArray.CreateBuilder<TemplateSegment>();
        int literal = 0;
        for (int open = text.IndexOf('{'); open >= 0; open = text.IndexOf('{', open + 1))
        {
            int close = EndOfName(text, open + 1);
            if (close < 0)
            {
                continue;
            }

            string name = text[(open + 1)..close];
            if (!TemplateVariables.Words.TryGet(name, out var variable))
            {
                template = null;
                error = $"'{{{name}}}' is not a variable; known are {string.Join(", ", TemplateVariables.Words.Words)}";
                return false;
            }

            if (open > literal)
            {
                segments.Add(new(text[literal..open], default));
            }

            segments.Add(new(null, variable));
            literal = close + 1;
        }

        if (literal < text.Length)
        {
            segments.Add(new(text[literal..], default));
        }

        template = new(text, segments.ToImmutable());
        error = null;
        return true;
    }

    /// <summary>Parses a template of a valid policy.</summary>
    internal static Template Parse(string text) =>
        TryParse(text, out var template, out string? error) ? template : throw new ArgumentException(error, nameof(text));

    private static int EndOfName(string text, int start)
    {
        int end = start;
        while (end < text.Length
            && (char.IsAsciiLetter(text[end]) || (end > start && (char.IsAsciiDigit(text[end]) || text[end] is '-' or '_'))))
        {
            end++;
        }

        return end > start && end < text.Length && text[end] == '}' ? end : -1;
    }
}

/// <summary>A part of a template.</summary>
/// <param name="Literal">The text; null for a variable.</param>
/// <param name="Variable">The variable; not used for a text.</param>
internal readonly record struct TemplateSegment(string? Literal, TemplateVariable Variable);
