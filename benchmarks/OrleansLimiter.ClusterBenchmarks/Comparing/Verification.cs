using System.Net;
using OrleansLimiter.Policies;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>Checks before the measurements that a contender allows the mix and refuses the attack.</summary>
internal static class Verification
{
    private const int Attempts = 2_000; // four times what is allowed in a second

    /// <summary>Checks one contender.</summary>
    /// <exception cref="InvalidOperationException">The contender does not limit correctly.</exception>
    public static async Task RunAsync(Server server)
    {
        Dictionary<HttpStatusCode, int> mix = await AskAsync(server, Shape.Mix);
        Dictionary<HttpStatusCode, int> attack = await AskAsync(server, Shape.Attack);
        bool right = mix.Keys.All(status => status == HttpStatusCode.OK)
            && attack.Keys.All(status => status is HttpStatusCode.OK or HttpStatusCode.TooManyRequests)
            && attack.ContainsKey(HttpStatusCode.TooManyRequests) == server.Limits;
        Console.Error.WriteLine($"{server.Name}: the mix gets {Text(mix)}; the attack gets {Text(attack)}");
        if (!right)
        {
            throw new InvalidOperationException($"{server.Name} does not limit as it should: the mix gets {Text(mix)}, the attack {Text(attack)}");
        }
    }

    private static async Task<Dictionary<HttpStatusCode, int>> AskAsync(Server server, Shape shape)
    {
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{server.Port}") };
        HttpStatusCode[] statuses = new HttpStatusCode[Attempts];
        await Parallel.ForAsync(0, Attempts, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, canceled) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/authorize/{shape.Policy}");
            foreach ((string name, string value) in RawRequest.AuthorizeHeaders(i % shape.Keys))
            {
                request.Headers.Add(name, value);
            }

            using HttpResponseMessage response = await client.SendAsync(request, canceled);
            statuses[i] = response.StatusCode;
        });
        return statuses.CountBy(status => status).ToDictionary();
    }

    private static string Text(Dictionary<HttpStatusCode, int> statuses) =>
        string.Join(", ", statuses.Select(status => $"{status.Value} × {(int)status.Key}"));
}
