using System.Buffers;
using System.Text.Json;

namespace OrleansLimiter.AspNetCore;

/// <summary>Writes requests as items of a batch. The endpoint is that which the policy of the app has found.</summary>
internal static class RemoteRequest
{
    private const string Id = "/{id}";
    private const string AnyId = "/0";
    private const string Tail = "/**";
    private const string Network = "/64";

    // A name that is cut ends with the tail, because the next segment, which has 64 characters at most, did not fit.
    private static readonly string LongSegment = "/" + new string('x', 64);

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? s_buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? s_json;

    public static byte[] Write(Policy policy, in LimitRequest request)
    {
        ArrayBufferWriter<byte> buffer = s_buffer ??= new(512);
        Utf8JsonWriter json = s_json ??= new(buffer);
        buffer.ResetWrittenCount();
        json.Reset();
        json.WriteStartObject();
        json.WriteString("policy"u8, policy.Name);
        WriteAccount(json, request.Account);
        json.WriteString("method"u8, request.Method);
        WriteEndpoint(json, policy.Definition, request.Endpoint);
        WriteAttributes(json, policy.Definition, request.Attributes);
        if (request.Cost != 1)
        {
            json.WriteNumber("cost"u8, request.Cost);
        }

        if (request.Peek)
        {
            json.WriteBoolean("peek"u8, true);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A path that has the name of an unlisted path, which consists of a method and a path with ids replaced.</summary>
    public static string PathOf(string name)
    {
        string path = name[(name.IndexOf(' ') + 1)..];
        if (path.EndsWith(Tail, StringComparison.Ordinal))
        {
            path = path[..^Tail.Length] + LongSegment;
        }

        return path.Replace(Id, AnyId, StringComparison.Ordinal);
    }

    // The network of an IPv6 address has the same account as its first address.
    private static void WriteAccount(Utf8JsonWriter json, Account account)
    {
        if (account.Kind == AccountKind.Id)
        {
            json.WriteString("account"u8, account.Name);
            return;
        }

        ReadOnlySpan<char> address = account.Name;
        json.WriteString("ip"u8, address.EndsWith(Network) ? address[..^Network.Length] : address);
    }

    private static void WriteEndpoint(Utf8JsonWriter json, PolicyDefinition policy, in EndpointMatch endpoint)
    {
        if (endpoint.Index < 0 && endpoint.Name != BuiltIn.Other)
        {
            json.WriteString("path"u8, PathOf(endpoint.Name));
            return;
        }

        json.WriteString("endpoint"u8, endpoint.Name);
        if (endpoint.Index >= 0 && policy.Endpoints[endpoint.Index].Resource is not null)
        {
            json.WriteString("resource"u8, endpoint.Resource);
        }
    }

    private static void WriteAttributes(Utf8JsonWriter json, PolicyDefinition policy, string?[]? attributes)
    {
        if (attributes is null)
        {
            return;
        }

        json.WriteStartObject("attributes"u8);
        for (int i = 0; i < attributes.Length && i < policy.Attributes.Length; i++)
        {
            if (attributes[i] is { } value)
            {
                json.WriteString(policy.Attributes[i].Name, value);
            }
        }

        json.WriteEndObject();
    }
}
