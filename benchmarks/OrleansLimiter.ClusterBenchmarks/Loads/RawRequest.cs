using System.Text;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The requests of requests.lua as bytes.</summary>
internal static class RawRequest
{
    public static (string Name, string Value)[] AuthorizeHeaders(int account) =>
        [("X-Account-Id", $"merchant_{account:d6}"), ("X-Forwarded-Method", "POST"), ("X-Forwarded-Uri", "/v1/charge_intents/ci_9")];

    public static byte[][] Of(Call call, Shape shape) =>
        [.. Enumerable.Range(0, shape.Keys).Select(account => Encoding.ASCII.GetBytes(call == Call.Authorize ? Authorize(shape, account) : Check(shape, account)))];

    private static string Authorize(Shape shape, int account) =>
        $"GET /v1/authorize/{shape.Policy} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        + string.Concat(AuthorizeHeaders(account).Select(header => $"{header.Name}: {header.Value}\r\n")) + "\r\n";

    private static string Check(Shape shape, int account)
    {
        string body = $$"""{"policy":"{{shape.Policy}}","account":"merchant_{{account:d6}}","method":"POST","path":"/v1/charge_intents/ci_9"}""";
        return $"POST /v1/check HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";
    }
}
