using OrleansLimiter.Grpc;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>Requests as a proxy sends them: account, method and path in a descriptor.</summary>
internal static class RateLimitRequests
{
    // A second descriptor is for the team of an account. It has a bucket group of its own, in the same step.
    private static readonly string[] s_kinds = ["merchant", "team"];

    /// <summary>A request for each account.</summary>
    /// <param name="shape">The policy, which is the domain, and the number of accounts.</param>
    /// <param name="descriptors">One or two.</param>
    public static RateLimitRequest[] Of(Shape shape, int descriptors) =>
        [.. Enumerable.Range(0, shape.Keys).Select(account => Of(shape.Policy, account, descriptors))];

    public static RateLimitRequest Of(string domain, int account, int descriptors, uint hits = 0)
    {
        var request = new RateLimitRequest { Domain = domain, HitsAddend = hits };
        foreach (string kind in s_kinds.Take(descriptors))
        {
            var descriptor = new RateLimitDescriptor();
            descriptor.Entries.Add(
            [
                new() { Key = "account", Value = $"{kind}_{account:d6}" },
                new() { Key = "method", Value = "POST" },
                new() { Key = "path", Value = "/v1/charge_intents/ci_9" },
            ]);
            request.Descriptors.Add(descriptor);
        }

        return request;
    }
}
