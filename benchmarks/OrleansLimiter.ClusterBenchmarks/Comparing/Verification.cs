using System.Net;
using OrleansLimiter.Policies;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>Checks before the measurements that a contender allows the mix and refuses the attack.</summary>
internal static class Verification
{
    private const int Attempts = 2_000; // four times what is allowed in a second
    private const int Attacks = 3; // on a busy machine an attack can take longer than four seconds

    /// <summary>Checks one contender.</summary>
    /// <param name="server">The contender.</param>
    /// <param name="attempts">The maximum number of checks, so that one failed response does not omit a contender.</param>
    /// <returns>What was wrong in the checks before the last one, for the results.</returns>
    /// <exception cref="InvalidOperationException">The contender does not limit correctly.</exception>
    public static async Task<IReadOnlyList<string>> RunAsync(Server server, int attempts)
    {
        List<string> failures = [];
        while (true)
        {
            try
            {
                await CheckAsync(server);
                return failures;
            }
            catch (InvalidOperationException error) when (failures.Count < attempts - 1)
            {
                failures.Add(error.Message);
                Console.Error.WriteLine($"{error.Message}{Environment.NewLine}{server.Processes[0].LastLines()}");
            }
        }
    }

    private static async Task CheckAsync(Server server)
    {
        foreach ((Shape mix, Shape attack) in server.Limits ? Shape.ByLimits.Zip(Shape.AttackByLimits) : [(Shape.Mix, Shape.Attack)])
        {
            await CheckAsync(server, mix, attack);
        }
    }

    private static async Task CheckAsync(Server server, Shape mixed, Shape attacking)
    {
        Dictionary<HttpStatusCode, int> mix = await SendAsync(server, mixed, Attempts);
        Dictionary<HttpStatusCode, int> attack = await SendAsync(server, attacking, Attempts);
        for (int i = 1; i < Attacks && server.Limits && !attack.ContainsKey(HttpStatusCode.TooManyRequests); i++)
        {
            attack = await SendAsync(server, attacking, Attempts);
        }

        bool right = mix.Keys.All(status => status == HttpStatusCode.OK)
            && attack.Keys.All(status => status is HttpStatusCode.OK or HttpStatusCode.TooManyRequests)
            && attack.ContainsKey(HttpStatusCode.TooManyRequests) == server.Limits;
        string found = $"the mix gets {Text(mix)}; the attack gets {Text(attack)}";
        Console.Error.WriteLine($"{server.Name}, limits: {mixed.Limits}: {found}");
        if (!right)
        {
            throw new InvalidOperationException($"{server.Name} does not limit as it should, limits: {mixed.Limits}: {found}");
        }
    }

    /// <summary>Sends requests for all keys in turn, and returns the number of responses of each status.</summary>
    public static async Task<Dictionary<HttpStatusCode, int>> SendAsync(Server server, Shape shape, int attempts)
    {
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{server.Port}") };
        HttpStatusCode[] statuses = new HttpStatusCode[attempts];
        await Parallel.ForAsync(0, attempts, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, canceled) =>
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
