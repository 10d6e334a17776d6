using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using OrleansLimiter.Policies.Identity;

namespace OrleansLimiter.Http;

/// <summary>The headers of a request that a proxy passed on.</summary>
internal readonly struct RequestHeaders(IHeaderDictionary headers) : IHeaderReader
{
    public bool TryGet(string name, out string? value)
    {
        bool found = headers.TryGetValue(name, out StringValues values);
        value = values.Count == 1 ? values[0] : null;
        return found;
    }
}
