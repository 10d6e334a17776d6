using Microsoft.Extensions.Primitives;

namespace OrleansLimiter.Http;

/// <summary>Reads the headers of a request that a proxy passes on.</summary>
internal readonly struct RequestHeaders(IHeaderDictionary headers) : IHeaderReader
{
    public HeaderPresence Find(string name, out string? value)
    {
        value = null;
        return !headers.TryGetValue(name, out StringValues values) || values.Count == 0 ? HeaderPresence.Absent
            : values.Count > 1 ? HeaderPresence.Repeated
            : HeaderText.TryDecode(values[0] ?? "", out value) ? HeaderPresence.Once
            : HeaderPresence.NotUtf8;
    }
}
