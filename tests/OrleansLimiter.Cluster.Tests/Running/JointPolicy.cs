using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>A policy with an account limit of 10, a burst limit of 4 and an endpoint limit of 1,000 in a minute.</summary>
internal static class JointPolicy
{
    public static readonly Policy Default = Of(account: 10, burst: 4, endpoint: 1000);

    public static Policy Of(int account, int burst, int endpoint, OnFailureKind onFailure = OnFailureKind.Deny) => new(new PolicyDefinition
    {
        Name = "p",
        Generation = 1,
        Account = [AccountSource.Ip],
        Endpoints = [new("e", [new("POST", "/e/{id}")], "id")],
        Limits =
        [
            Limit("company", Scope.Account, account), Limit("burst", Scope.Burst, burst), Limit("endpoint", Scope.Endpoint, endpoint),
        ],
        OnFailure = new(onFailure),
    });

    public static async Task<Decision> CheckAsync(
        Limiter limiter, Account account, string resource, bool peek = false, Policy? policy = null, int cost = 1) =>
        await limiter.CheckAsync(policy ?? Default, Request(account, resource, peek, cost));

    public static LimitRequest Request(Account account, string resource, bool peek = false, int cost = 1) => new()
    {
        Account = account,
        Method = "POST",
        Endpoint = new EndpointMatch(0, "e", resource),
        Cost = cost,
        Peek = peek,
    };

    private static LimitDefinition Limit(string name, Scope scope, int permits) => new()
    {
        Name = name,
        Scope = scope,
        Cases = [new(Condition.Always, new Rule(Algorithm.FixedWindow, permits, TimeSpan.FromSeconds(60)))],
    };
}
