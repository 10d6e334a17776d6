using Microsoft.AspNetCore.Http;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Http;

/// <summary>The headers of a policy, written straight into a response.</summary>
internal readonly struct ResponseHeaders(IHeaderDictionary headers) : IHeaderSink
{
    public void Set(string name, string value) => headers[name] = value;
}
