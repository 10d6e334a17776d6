using System.Net.Sockets;
using System.Text;

namespace OrleansLimiter.AttackBenchmarks;

/// <summary>64 callers with expensive or wrong requests, each after the answer to the one before.</summary>
internal static class RequestFloods
{
    private const int Callers = 64;
    private const int Batch = 1_000;
    private const int BodyBytes = 1 << 20;

    private static readonly byte[] s_hot = Raw.Authorize("frontline", "X-Account-Id", "hot", "/x");

    private static readonly byte[] s_batch = Raw.Post(
        "/v1/check/batch",
        $"[{string.Join(',', Enumerable.Range(0, Batch).Select(i => $$"""{"policy":"frontline","account":"b{{i}}","path":"/x"}"""))}]");

    private static readonly byte[] s_large = Raw.Post(
        "/v1/check", "{\"policy\":\"frontline\",\"account\":\"large\",\"path\":\"/x\"" + new string(' ', BodyBytes - 64) + "}");

    public static readonly Flood[] All =
    [
        new("new-paths", "64 callers, a new path of one merchant in each request", (port, token) => RequestAsync(
            port, () => Raw.Authorize("frame-v1", "X-Merchant-Id", "invents", $"/x{Random.Shared.NextInt64():x}"), token)),
        new("new-accounts", "64 callers, a new account in each request", (port, token) => RequestAsync(
            port, () => Raw.Authorize("frontline", "X-Account-Id", $"{Random.Shared.NextInt64():x}", "/x"), token)),
        new("batches", "64 callers, batches of 1,000 checks", (port, token) => RequestAsync(port, () => s_batch, token)),
        new("bodies", "64 callers, bodies of 1 MiB", (port, token) => RequestAsync(port, () => s_large, token)),
        new("garbage", "64 callers, random bytes", GarbageAsync),
        new("hot-account", "64 callers, one account far over its limit", (port, token) => RequestAsync(port, () => s_hot, token)),
    ];

    private static Task RequestAsync(int port, Func<byte[]> next, CancellationToken token) =>
        Flood.ManyAsync(Callers, _ => Raw.RequestAsync(port, next, token));

    private static Task GarbageAsync(int port, CancellationToken token) => Flood.ManyAsync(Callers, async i =>
    {
        var random = new Random(i);
        byte[] bytes = new byte[256];
        byte[] start = Encoding.ASCII.GetBytes("GET /v1/authorize/frontline HTTP/1.1\r\n");
        while (!token.IsCancellationRequested)
        {
            random.NextBytes(bytes);
            if (random.Next(2) == 0)
            {
                start.CopyTo(bytes, 0); // garbage in the headers, and not in the first line
            }

            using Socket? socket = await Raw.ConnectAsync(port, token);
            if (socket is not null)
            {
                await Raw.SendAsync(socket, bytes, token);
                await Raw.PauseAsync(1, token);
            }
        }
    });
}
