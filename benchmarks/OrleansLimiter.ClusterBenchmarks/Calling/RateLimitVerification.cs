using OrleansLimiter.Grpc;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>Checks before the measurements that a server answers with the same message as the bare method, and limits.</summary>
internal static class RateLimitVerification
{
    private const uint Hits = 400; // of the 500 that are allowed in a second
    private const int Attempts = 10; // on a busy machine, two calls can take more than a second

    /// <summary>Checks one server.</summary>
    /// <exception cref="InvalidOperationException">The server does not do what its name says.</exception>
    public static async Task RunAsync(Server server, RateLimitClient client, RateLimitClient bare, int descriptors)
    {
        RateLimitRequest[] all = RateLimitRequests.Of(Shape.Mix, descriptors);
        await client.EachOnceAsync(all); // of many concurrent first calls, some exceed the deadline of the limiter
        Outcome outcome = await client.EachOnceAsync(all);
        RateLimitResponse first = await client.AskAsync(all[0]);
        RateLimitResponse second = await client.AskAsync(all[0]);
        RateLimitResponse expected = await bare.AskAsync(all[0]);

        bool counts = first.Statuses[0].LimitRemaining - second.Statuses[0].LimitRemaining == 1;
        bool refuses = await RefusesAsync(client, descriptors);
        if (outcome is not { Refused: 0, Uncounted: 0 } || counts != server.IsOurs || refuses != server.IsOurs
            || !WithoutCounts(second).Equals(WithoutCounts(expected)))
        {
            throw new InvalidOperationException(
                $"{server.Name} does not do what its name says: {outcome}; counts: {counts}; refuses: {refuses}; "
                + $"{second}; bare: {expected}");
        }
    }

    private static async Task<bool> RefusesAsync(RateLimitClient client, int descriptors)
    {
        RateLimitRequest request = RateLimitRequests.Of(Shape.Attack.Policy, 0, descriptors, Hits);
        for (int i = 0; i < Attempts; i++)
        {
            if ((await client.AskAsync(request)).OverallCode == RateLimitResponse.Types.Code.OverLimit)
            {
                return true;
            }
        }

        return false;
    }

    // Numbers of the same length remain the same length, so that messages also have the same size.
    private static RateLimitResponse WithoutCounts(RateLimitResponse response)
    {
        RateLimitResponse copy = response.Clone();
        foreach (RateLimitResponse.Types.DescriptorStatus status in copy.Statuses)
        {
            status.LimitRemaining = (uint)$"{status.LimitRemaining}".Length;
            status.DurationUntilReset.Seconds = $"{status.DurationUntilReset.Seconds}".Length;
        }

        HeaderValue remaining = copy.ResponseHeadersToAdd.Single(header => header.Key == "X-RateLimit-Remaining");
        remaining.Value = $"{remaining.Value.Length}";
        return copy;
    }
}
