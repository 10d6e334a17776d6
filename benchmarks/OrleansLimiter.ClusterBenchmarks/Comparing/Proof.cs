using System.Net;
using OrleansLimiter.Policies;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>That a contender does what it is measured for: it lets everybody of the mix pass, and refuses an attack.</summary>
internal static class Proof
{
    private const int Attempts = 2_000; // four times what passes in a second
    private const int Attacks = 3; // on a busy machine an attack may take longer than four seconds

    /// <summary>Asks a contender.</summary>
    /// <param name="server">Who is asked.</param>
    /// <param name="attempts">How often at most, so that one failed answer just after a start does not omit a contender.</param>
    /// <exception cref="InvalidOperationException">It does not limit as it should.</exception>
    public static async Task OfAsync(Server server, int attempts)
    {
        for (; attempts > 1; attempts--)
        {
            try
            {
                await OfAsync(server);
                return;
            }
            catch (InvalidOperationException error)
            {
                Console.Error.WriteLine(error.Message);
            }
        }

        await OfAsync(server);
    }

    private static async Task OfAsync(Server server)
    {
        foreach ((Shape mix, Shape attack) in server.Limits ? Shape.ByLimits.Zip(Shape.AttackByLimits) : [(Shape.Mix, Shape.Attack)])
        {
            await OfAsync(server, mix, attack);
        }
    }

    private static async Task OfAsync(Server server, Shape mixed, Shape attacking)
    {
        Dictionary<HttpStatusCode, int> mix = await AskAsync(server, mixed, Attempts);
        Dictionary<HttpStatusCode, int> attack = await AskAsync(server, attacking, Attempts);
        for (int i = 1; i < Attacks && server.Limits && !attack.ContainsKey(HttpStatusCode.TooManyRequests); i++)
        {
            attack = await AskAsync(server, attacking, Attempts);
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

    /// <summary>Asks so many times, for all keys in turn; the answers by their status.</summary>
    public static async Task<Dictionary<HttpStatusCode, int>> AskAsync(Server server, Shape shape, int attempts)
    {
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{server.Port}") };
        HttpStatusCode[] statuses = new HttpStatusCode[attempts];
        await Parallel.ForAsync(0, attempts, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, cancelled) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/authorize/{shape.Policy}");
            foreach ((string name, string value) in RawRequest.AuthorizeHeaders(i % shape.Keys))
            {
                request.Headers.Add(name, value);
            }

            using HttpResponseMessage response = await client.SendAsync(request, cancelled);
            statuses[i] = response.StatusCode;
        });
        return statuses.CountBy(status => status).ToDictionary();
    }

    private static string Text(Dictionary<HttpStatusCode, int> statuses) =>
        string.Join(", ", statuses.Select(status => $"{status.Value} × {(int)status.Key}"));
}
