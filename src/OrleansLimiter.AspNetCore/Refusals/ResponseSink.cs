using Microsoft.Extensions.Primitives;

namespace OrleansLimiter.AspNetCore;

/// <summary>Writes the headers of policies to a response.</summary>
/// <param name="headers">The headers of the response.</param>
/// <param name="isOneOfSeveral">Whether other policies write headers too, so that lists of limits are joined.</param>
internal readonly struct ResponseSink(IHeaderDictionary headers, bool isOneOfSeveral) : IHeaderSink
{
    public void Set(string name, string value) =>
        headers[name] = isOneOfSeveral && name is StandardHeader.LimitName or StandardHeader.PolicyName && headers.ContainsKey(name)
            ? $"{value}, {headers[name]}"
            : new StringValues(value);
}
