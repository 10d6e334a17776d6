using System.Globalization;
using System.Runtime.CompilerServices;

namespace OrleansLimiter.Decisions;

/// <summary>Renders templates.</summary>
internal static class TemplateRendering
{
    /// <summary>The value of a header; null if one of the variables has none.</summary>
    public static string? ForHeader(this Template template, in TemplateValues values)
    {
        if (template.IsLiteral)
        {
            return template.Text;
        }

        // Most headers are one variable, and most numbers are in the cache.
        if (template.Segments is [{ Variable: var only }])
        {
            return only <= TemplateValues.LastNumber
                ? values.TryGetNumber(only, out long number) ? Numbers.Text(number) : null
                : values.Has(only) ? TextEncoding.Header.Encode(values.Text(only)) : null;
        }

        foreach (TemplateSegment segment in template.Segments)
        {
            if (segment.Literal is null && !values.Has(segment.Variable))
            {
                return null;
            }
        }

        return Fill(template, values, TextEncoding.Header);
    }

    /// <summary>The text of a body, in which a variable without a value is empty.</summary>
    public static string ForBody(this Template template, in TemplateValues values, TextEncoding encoding) =>
        template.IsLiteral ? template.Text : Fill(template, values, encoding);

    private static string Fill(Template template, in TemplateValues values, TextEncoding encoding)
    {
        var result = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[256]);
        foreach (TemplateSegment segment in template.Segments)
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
}
