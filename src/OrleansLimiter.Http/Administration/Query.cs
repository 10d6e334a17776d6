using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;

namespace OrleansLimiter.Http;

/// <summary>
/// Reads the parameters of a query. Unknown parameters are errors: if a misspelt <c>kind</c> were ignored, the call would change
/// another account.
/// </summary>
internal static class Query
{
    /// <summary>Returns a problem if a parameter is not in the description of the call, or is given more than once.</summary>
    public static Problem? Check(HttpContext context, CallDescription call)
    {
        string[] known = [.. call.Parameters.Where(each => each.In == ParameterLocation.Query).Select(each => each.Name)];
        foreach ((string name, var values) in context.Request.Query)
        {
            if (!known.Contains(name))
            {
                string expected = known.Length == 0 ? "it has none" : $"known are {string.Join(", ", known)}";
                return Problem.BadField(Quote.Cut(name), $"{Quote.Of(name)} is not a parameter of this call; {expected}");
            }

            if (values.Count != 1)
            {
                return Problem.BadField(name, $"{name} is given {values.Count} times; give it once");
            }
        }

        return null;
    }

    /// <summary>Reads and decodes a parameter; null if it is not given. As in forms, <c>+</c> is a space.</summary>
    public static Problem? Decoded(HttpContext context, string name, out string? text)
    {
        text = null;
        foreach (var pair in new QueryStringEnumerable(context.Request.QueryString.Value))
        {
            // Request.Query ignores invalid escapes: %FF and %25FF would be the same name.
            if (pair.DecodeName().Span.SequenceEqual(name)
                && !PercentEncoding.TryDecode(pair.EncodedValue.ToString().Replace('+', ' '), out text))
            {
                return Problem.BadField(name, $"{name} has an invalid escape; it must be percent-encoded UTF-8, in which % is %25");
            }
        }

        return null;
    }

    /// <summary>Reads an integer; <paramref name="fallback"/> if it is not given.</summary>
    public static Problem? Number(HttpContext context, string name, long min, long max, long fallback, out long number)
    {
        number = fallback;
        return (string?)context.Request.Query[name] is not { } text
            || (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= min && number <= max)
            ? null
            : Problem.BadField(name, $"{name} is {Quote.Of(text)}; it must be a whole number from {min} to {max}");
    }

    /// <summary>Reads a text, which <paramref name="validate"/> checks; null if it is not given.</summary>
    public static Problem? Text(HttpContext context, string name, Func<string, string?> validate, out string? text)
    {
        text = context.Request.Query[name];
        return text is not null && validate(text) is { } error ? Problem.BadField(name, $"{name} is {Quote.Of(text)}; {error}") : null;
    }

    /// <summary>Reads a date and time; null if it is not given.</summary>
    public static Problem? Moment(HttpContext context, string name, out DateTimeOffset? moment)
    {
        string? text = context.Request.Query[name];
        bool isValid = MomentText.TryParse(text, out DateTimeOffset parsed);
        moment = isValid ? parsed : null;
        return text is null || isValid ? null
            : Problem.BadField(name, $"{name} is {Quote.Of(text)}; it must be {MomentText.Expected}; in a query a + is written %2B");
    }
}
