using Google.Protobuf.Collections;

namespace OrleansLimiter.Grpc;

/// <summary>Writes the headers of a policy to a response.</summary>
internal readonly struct HeaderList(RepeatedField<HeaderValue> headers) : IHeaderSink
{
    public void Set(string name, string value)
    {
        foreach (HeaderValue header in headers)
        {
            if (header.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                header.Value = value;
                return;
            }
        }

        headers.Add(new HeaderValue { Key = name, Value = value });
    }
}
