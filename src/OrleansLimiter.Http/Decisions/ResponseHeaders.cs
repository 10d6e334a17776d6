namespace OrleansLimiter.Http;

/// <summary>Writes the headers of a policy to a response.</summary>
internal readonly struct ResponseHeaders(IHeaderDictionary headers) : IHeaderSink
{
    public void Set(string name, string value) => headers[name] = value;
}
