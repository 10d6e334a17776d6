using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Http;

/// <summary>
/// The parameters of a query. Strict: a misspelt <c>kind</c> that counts as its default would change another account than
/// was meant.
/// </summary>
internal static class Query
{
    /// <summary>What is wrong with the query as a whole; null if each parameter is known and given once.</summary>
    public static Problem? Check(HttpContext context, params ReadOnlySpan<string> known)
    {
        foreach ((string name, var values) in context.Request.Query)
        {
            if (!known.Contains(name))
            {
                return Problem.BadField(
                    Quote.Cut(name),
                    $"{Quote.Of(name)} is not a parameter of this call; "
                        + (known.IsEmpty ? "it has none" : $"known are {string.Join(", ", known)}"));
            }

            if (values.Count != 1)
            {
                return Problem.BadField(name, $"{name} is given {values.Count} times; give it once");
            }
        }

        return null;
    }

    /// <summary>The text of a parameter; null if it is not given. As in forms, <c>+</c> is a space.</summary>
    public static Problem? Text(HttpContext context, string name, out string? text)
    {
        text = null;
        foreach (var pair in new QueryStringEnumerable(context.Request.QueryString.Value))
        {
            // The server's own decoding lets pass what it cannot decode: %FF and %25FF would be one.
            if (pair.DecodeName().Span.SequenceEqual(name) && !PercentEncoding.TryDecode(pair.EncodedValue.ToString().Replace('+', ' '), out text))
            {
                return Problem.BadField(name, $"{name} has a % that begins no UTF-8; encode it as %25");
            }
        }

        return null;
    }

    /// <summary>A whole number; the default where it is not given.</summary>
    public static Problem? Number(HttpContext context, string name, long min, long max, long fallback, out long number)
    {
        number = fallback;
        if (!context.Request.Query.TryGetValue(name, out var text))
        {
            return null;
        }

        return long.TryParse(text, System.Globalization.NumberStyles.None, null, out number) && number >= min && number <= max
            ? null
            : Problem.BadField(name, $"{name} is {Quote.Of(text.ToString())}; it must be a whole number from {min} to {max}");
    }

    /// <summary>A text; null if it is not given.</summary>
    /// <param name="context">The request.</param>
    /// <param name="name">The parameter's name.</param>
    /// <param name="error">The error, as the end of a sentence; null if there is none.</param>
    /// <param name="text">The text.</param>
    public static Problem? Text(HttpContext context, string name, Func<string, string?> error, out string? text)
    {
        text = context.Request.Query[name];
        return text is not null && error(text) is { } found ? Problem.BadField(name, $"{name} is {Quote.Of(text)}; {found}") : null;
    }

    /// <summary>A moment; null if it is not given.</summary>
    public static Problem? Moment(HttpContext context, string name, out DateTimeOffset? moment)
    {
        moment = null;
        if ((string?)context.Request.Query[name] is not { } text)
        {
            return null;
        }

        bool isMoment = MomentText.TryParse(text, out DateTimeOffset parsed);
        moment = parsed;
        return isMoment ? null
            : Problem.BadField(name, $"{name} is {Quote.Of(text)}; it must be {MomentText.Expected}; in a query a + is written %2B");
    }
}
