using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace OrleansLimiter.Policies.Responses;

/// <summary>
/// Text with <c>{variables}</c>, taken apart once. A brace is literal text unless it opens something that looks like
/// a variable: a letter, then letters, digits, <c>-</c> or <c>_</c>, then <c>}</c>. So JSON needs no escaping, and a misspelt
/// variable is a fault instead of a surprise in every response.
/// </summary>
internal sealed class Template
{
    private readonly ImmutableArray<Segment> _segments;

    private Template(string text, ImmutableArray<Segment> segments)
    {
        Text = text;
        _segments = segments;
        IsLiteral = segments.All(segment => segment.Literal is not null);
    }

    /// <summary>The template as written.</summary>
    public string Text { get; }

    /// <summary>Whether it has no variables; then <see cref="Text"/> is its value.</summary>
    public bool IsLiteral { get; }

    /// <summary>Takes a template apart.</summary>
    /// <param name="text">The template.</param>
    /// <param name="template">The result; null where there is a fault.</param>
    /// <param name="fault">What was found and what would be right, in one sentence; null where nothing is wrong.</param>
    /// <returns>Whether the text is a template.</returns>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out Template? template, [NotNullWhen(false)] out string? fault)
    {
        var segments = ImmutableArray.CreateBuilder<Segment>();
        int literal = 0;
        for (int open = text.IndexOf('{'); open >= 0; open = text.IndexOf('{', open + 1))
        {
            int close = EndOfName(text, open + 1);
            if (close < 0)
            {
                continue;
            }

            string name = text[(open + 1)..close];
            if (!TemplateVariables.TryGet(name, out var variable))
            {
                template = null;
                fault = $"'{{{name}}}' is not a variable; known are {string.Join(", ", TemplateVariables.Names)}";
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
        fault = null;
        return true;
    }

    /// <summary>The template of a text that the policy reader has found valid.</summary>
    internal static Template Parse(string text) =>
        TryParse(text, out var template, out string? fault) ? template : throw new ArgumentException(fault, nameof(text));

    /// <summary>The value of a header; null where one of the variables has none.</summary>
    internal string? ForHeader(in TemplateValues values)
    {
        if (IsLiteral)
        {
            return Text;
        }

        // Most headers are one variable, and most numbers have a text already.
        if (_segments is [{ Variable: var only }])
        {
            return only <= TemplateValues.LastNumber
                ? values.TryGetNumber(only, out long number) ? Numbers.Text(number) : null
                : values.Has(only) ? TextEncoding.Header.Encode(values.Text(only)) : null;
        }

        foreach (var segment in _segments)
        {
            if (segment.Literal is null && !values.Has(segment.Variable))
            {
                return null;
            }
        }

        return Fill(values, TextEncoding.Header);
    }

    /// <summary>The value of a body, where a variable without a value is the empty text.</summary>
    internal string ForBody(in TemplateValues values, TextEncoding encoding) =>
        IsLiteral ? Text : Fill(values, encoding);

    private string Fill(in TemplateValues values, TextEncoding encoding)
    {
        var result = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[256]);
        foreach (var segment in _segments)
        {
            if (segment.Literal is { } text)
            {
                result.AppendLiteral(text);
            }
            else if (segment.Variable > TemplateValues.LastNumber)
            {
                result.AppendLiteral(encoding.Encode(values.Text(segment.Variable)));
            }
            else if (values.TryGetNumber(segment.Variable, out long number))
            {
                result.AppendFormatted(number);
            }
        }

        return result.ToStringAndClear();
    }

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

    private readonly record struct Segment(string? Literal, TemplateVariable Variable);
}
