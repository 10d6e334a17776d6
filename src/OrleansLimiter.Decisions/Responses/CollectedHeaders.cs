namespace OrleansLimiter.Decisions;

/// <summary>Collects the headers of a policy in a list, for a response that is written later or elsewhere.</summary>
internal readonly struct CollectedHeaders(List<KeyValuePair<string, string>> headers) : IHeaderSink
{
    public void Set(string name, string value)
    {
        for (int i = 0; i < headers.Count; i++)
        {
            if (headers[i].Key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                headers[i] = new(name, value);
                return;
            }
        }

        headers.Add(new(name, value));
    }
}
