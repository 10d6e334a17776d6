using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Testing.Several;

/// <summary>Makes requests of <see cref="SeveralModel.Policies"/> from a seed, so that every test framework can draw them.</summary>
public static class AnyCalls
{
    /// <summary>A script: sets of requests that are decided one after another. Most have a few requests of a few buckets.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="accounts">The accounts that the requests use.</param>
    public static LimitCall[][] Script(int seed, params Account[] accounts)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, random.Next(1, 25)).Select(_ => Calls(random, accounts))];
    }

    private static LimitCall[] Calls(Random random, Account[] accounts)
    {
        int count = random.Next(8) == 0 ? random.Next(6, 25) : random.Next(0, 5);
        int policies = random.Next(1, SeveralModel.Policies.Length + 1);
        int endpoints = random.Next(1, 3);
        return [.. Enumerable.Range(0, count).Select(_ => Call(random, accounts, policies, endpoints))];
    }

    private static LimitCall Call(Random random, Account[] accounts, int policies, int endpoints) => new(
        SeveralModel.Policies[^random.Next(1, policies + 1)],
        new LimitRequest
        {
            Account = accounts[random.Next(accounts.Length)],
            Method = random.Next(3) == 0 ? "POST" : "GET",
            Endpoint = random.Next(endpoints) == 0 ? new(0, "e", $"{random.Next(2)}") : new(1, "f", $"{random.Next(2)}"),
            Attributes = [random.Next(2) == 0 ? "a" : "b"],
            Cost = random.Next(12) switch
            {
                0 => random.Next(4, 15),
                1 => int.MaxValue,
                _ => random.Next(1, 3),
            },
            Peek = random.Next(5) == 0,
        });
}
